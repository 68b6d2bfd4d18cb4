import { expect, it } from "vitest";
import { toQuote } from "./to-quote.ts";

it.each([
  ["one line", "> one line\n\n"],
  ["\n\none\r\n\n  two  \n\n", "> one\n>\n>   two\n\n"],
  [" \n\t", ""],
  ["", ""],
])("quotes %j", (text, quote) => {
  expect(toQuote(text)).toBe(quote);
});
