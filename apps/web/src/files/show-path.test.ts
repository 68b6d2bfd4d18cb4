import { expect, it } from "vitest";
import { showPath } from "./show-path.ts";

it.each([
  ["src/a b ü.ts", "src/a b ü.ts"],
  ["line\nbreak\ttab\rreturn", "line\\nbreak\\ttab\\rreturn"],
  ["esc\u001b[31m", "esc\\u{001b}[31m"],
  ["txt.\u202egnp.exe", "txt.\\u{202e}gnp.exe"],
])("shows %j", (path, shown) => {
  expect(showPath(path)).toBe(shown);
});
