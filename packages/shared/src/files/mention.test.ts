import fc from "fast-check";
import { expect, it } from "vitest";
import { findMentions, toMention } from "./mention.ts";

const plain = (...paths: string[]) => ({ paths, isQuoted: false });

it.each<[string, ReturnType<typeof findMentions>]>([
  ["Look at @src/main.ts", [plain("src/main.ts")]],
  ["@a and @b, and @a", [plain("a"), plain("b,", "b"), plain("a")].slice(0, 2)],
  ["(see @src/main.ts).", [plain("src/main.ts).", "src/main.ts")]],
  ["Write to ada@example.org", []],
  ["a @ b, @@, @", []],
  [
    '@"two words.md" and @"a \\"b\\".md"',
    [
      { paths: ["two words.md"], isQuoted: true },
      { paths: ['a "b".md'], isQuoted: true },
    ],
  ],
  ['@"never closed', []],
  ["@ünïcode/日本.txt\n@Makefile", [plain("ünïcode/日本.txt"), plain("Makefile")]],
])("%j", (text, mentions) => expect(findMentions(text)).toEqual(mentions));

it("takes the first fifty of many, soon, whatever their ends", () => {
  const dots = ".".repeat(4_080);
  const mentions = findMentions(Array.from({ length: 4_000 }, (_, index) => `@${index}${dots}x @${index}x${dots}`).join(" "));
  expect(mentions).toHaveLength(50);
  expect(mentions.slice(0, 2)).toEqual([plain(`0${dots}x`), plain(`0x${dots}`, "0x")]);
});

it("finds every path again that it has written down, whatever its name", () => {
  const name = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom("a b", "a\nb", 'a"', "a.", "\\"),
  );
  fc.assert(
    fc.property(name, (path) => {
      fc.pre(!path.includes("\0") && path.isWellFormed() && !path.startsWith("@"));
      expect(findMentions(`Look at ${toMention(path)} please`).flatMap(({ paths }) => paths)).toContain(path);
    }),
  );
});
