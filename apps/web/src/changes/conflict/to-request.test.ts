import type { ConflictSide, ConflictSides } from "@boocode/shared/changes/conflict-sides";
import { expect, it } from "vitest";
import { describeSide } from "./describe-side.ts";
import { toRequest } from "./to-request.ts";

const text = (content: string, mode = "100644"): ConflictSide => ({ kind: "text", mode, text: content });
const sides = (given: Partial<ConflictSides>): ConflictSides => ({
  path: "a.ts",
  oursPath: "a.ts",
  base: text("old\n"),
  theirs: text("theirs\n"),
  ours: text("mine\n"),
  merged: "x\n<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> agent\ny\n",
  ...given,
});

it("quotes the person's lines of the conflict, and nothing else", () => {
  expect(toRequest(sides({}))).toBe(
    "Your change to a.ts conflicts with the file in my project's folder. My version of these lines:\n\n```\nmine\n```\n\n" +
      "Change a.ts in the worktree so that it keeps my version and your change fits to it.",
  );
});

it.each([
  ["code that is fenced itself", { merged: "<<<<<<<\n```js\n=======\nb\n>>>>>>>\n" }, "````\n```js\n````"],
  ["a file that has no common lines", { merged: null, ours: text("all of it\n") }, "My version of the file:\n\n```\nall of it\n\n```"],
  ["a deleted file", { merged: "<<<<<<<\n=======\nb\n>>>>>>>\n", ours: { kind: "absent" } as const }, "I have deleted it there"],
  [
    "a binary file",
    { merged: null, ours: { kind: "binary", mode: "100644", bytes: 2_000 } as const },
    "There it is: A binary file, 2.0 kB.",
  ],
])("asks about %s", (_, given, words) => {
  expect(toRequest(sides(given))).toContain(words);
});

it("cuts a long version", () => {
  expect(toRequest(sides({ merged: null, ours: text("x".repeat(100_000)) })).length).toBeLessThan(9_000);
});

it.each<[ConflictSide, string]>([
  [{ kind: "absent" }, "Not there"],
  [text("target", "120000"), "A link to target"],
  [text(""), "An empty file"],
  [text("a\n"), ""],
  [{ kind: "submodule", commit: "0123456789abcdef" }, "A nested repository at 0123456789"],
  [{ kind: "too_large", mode: "100644", bytes: 2_000_000 }, "Too large to show here, 2.0 MB"],
])("%j: %j", (side, words) => {
  expect(describeSide(side)).toBe(words);
});
