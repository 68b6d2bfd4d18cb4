import { expect, it } from "vitest";
import { complete, findTrigger } from "./find-trigger.ts";

/** A text with its caret as `|`. */
const at = (marked: string): [string, number] => [marked.replace("|", ""), marked.indexOf("|")];

it.each<[string, string | null]>([
  ["/|", ""],
  ["/com|", "com"],
  ["/co|mpress", "co"],
  ["/compress |", null],
  ["/compress all|", null],
  ["|/compress", null],
  [" /com|", null],
  ["a /com|", null],
  ["/a\n/b|", null],
  ["|", null],
])("%j", (marked, query) => expect(findTrigger(...at(marked))?.query ?? null).toBe(query));

it.each<[string, string | null]>([
  ["@|", ""],
  ["look at @src/ma|in.ts now", "src/ma"],
  ["(@a|", "a"],
  ["ada@exa|", null],
  ["@a b|", null],
  ['@"two wo|rds.md" x', "two wo"],
  ['@"two"|', null],
  ["@a\nb|", null],
  ["/x @a|", "a"],
])("%j mentions %j", (marked, query) => {
  const found = findTrigger(...at(marked));
  expect(found?.kind === "mention" ? found.query : null).toBe(query);
});

it("completes a mention where it stands", () => {
  for (const [marked, completed] of [
    ["look at @ma| now", 'look at @"a b" now'],
    ['look at @"ma|x" now', 'look at @"a b" now'],
    ["@m|", '@"a b" '],
  ]) {
    const [text, caret] = at(marked!);
    expect(complete(text, findTrigger(text, caret)!, '@"a b"').text).toBe(completed);
  }
});

it.each([
  ["/com|", "/compress |"],
  ["/co|m rest", "/compress| rest"],
])("%j is completed as %j", (marked, completed) => {
  const [text, caret] = at(marked);
  const done = complete(text, findTrigger(text, caret)!, "/compress");
  const shown = `${done.text.slice(0, done.caret)}|${done.text.slice(done.caret)}`;
  expect(shown.replace("| ", " |").replace("||", "|")).toBe(completed.replace("| ", " |"));
});
