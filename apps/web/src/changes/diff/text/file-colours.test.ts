import { expect, it } from "vitest";
import { FileColours } from "./file-colours.ts";
import { parsePatch } from "../parse-patch.ts";

const hunksOf = (lines: readonly string[]) => {
  const [old, now] = ["+", "-"].map((mark) => lines.filter((line) => !line.startsWith(mark)).length);
  return parsePatch(`--- a/x\n+++ b/x\n@@ -1,${old} +1,${now} @@\n${lines.join("\n")}\n`).flatMap(({ hunks }) => hunks);
};

/** A grammar that makes each line one token, and remembers what it was asked. */
function createGrammar() {
  const asked: string[] = [];
  const colour = async (code: string) => {
    asked.push(code);
    return code.split("\n").map((text) => [{ text, kind: `of ${asked.length}` }]);
  };
  return { asked, colour };
}

it("colours both sides apart, and tells each listener once", async () => {
  const { asked, colour } = createGrammar();
  const hunks = hunksOf([" a", "-b", "+c\r", " d"]);
  const colours = new FileColours(hunks, colour);
  const { lines } = hunks[0]!;
  const told: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = lines.map((line, at) => colours.subscribe(0, line, () => told.push(at) === 3 && resolve()));
  stop[0]!();
  expect(lines.map((line) => colours.read(0, line))).toEqual([null, null, null, null]);
  await promise;
  expect(asked).toEqual(["a\nc\nd", "a\nb\nd"]);
  expect(told).toEqual([1, 2, 3]);
  expect(lines.map((line) => colours.read(0, line)?.[0])).toEqual([
    { text: "a", kind: "of 1" },
    { text: "b", kind: "of 2" },
    { text: "c", kind: "of 1" },
    { text: "d", kind: "of 1" },
  ]);
});

it("asks only for what is looked at, and not for a line that is too long", async () => {
  const { asked, colour } = createGrammar();
  const hunks = hunksOf([`+${"x".repeat(1_001)}`, ...Array.from({ length: 999 }, (_, line) => `+line ${line}`)]);
  const colours = new FileColours(hunks, colour);
  const { lines } = hunks[0]!;
  colours.subscribe(0, lines[0]!, () => {});
  expect(asked).toEqual([]);
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const at of [1, 650, 651]) colours.subscribe(0, lines[at]!, resolve);
  await promise;
  expect(asked.map((code) => code.split("\n").length)).toEqual([199, 200]);
  expect([0, 1, 300, 650, 799].map((at) => colours.read(0, lines[at]!) !== null)).toEqual([false, true, false, true, true]);
});

it("leaves lines plain without a grammar", async () => {
  const hunks = hunksOf(["+a"]);
  const colours = new FileColours(hunks, async () => null);
  const { promise, resolve } = Promise.withResolvers<void>();
  colours.subscribe(0, hunks[0]!.lines[0]!, resolve);
  await promise;
  expect(colours.read(0, hunks[0]!.lines[0]!)).toBeNull();
});
