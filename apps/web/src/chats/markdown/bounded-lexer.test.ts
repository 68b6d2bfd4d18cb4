import type { Token } from "marked";
import { expect, it } from "vitest";
import { countTokens, lexBounded } from "./bounded-lexer.ts";
import { inlineCost } from "./inline-cost.ts";

const row = `|${"a|".repeat(300)}`;
const deepList = (depth: number) => Array.from({ length: depth }, (_, at) => `${"  ".repeat(at)}- x`).join("\n");

/** Each of these threw, or blocked the page for a second or more. */
const HOSTILE: [string, string][] = [
  ["items in one line", `${"- ".repeat(3_000)}x`],
  ["quotes in one line", ">".repeat(5_000)],
  ["quotes with blanks", "> ".repeat(5_000)],
  ["numbers in one line", "1. ".repeat(3_000)],
  ["quotes and items", "> - ".repeat(1_500)],
  ["quotes, numbers and items", "> 1. - ".repeat(1_000)],
  ["a list 600 deep", deepList(600)],
  ["a list 100 deep with 2,000 lines", `${"- ".repeat(100)}a\n${"  b\n".repeat(2_000)}`],
  ["10,000 items", "- a\n".repeat(10_000)],
  ["10,000 items after blank lines", "- a\n\n".repeat(10_000)],
  ["a table of 300 by 300", [row, `|${"-|".repeat(300)}`, ...Array<string>(300).fill(row)].join("\n")],
  ["a table of 20,000 columns", [1, 2, 3].map((at) => `|${(at === 2 ? "-|" : "a|").repeat(20_000)}`).join("\n")],
  ["a paragraph of 500,000", "hello world, ".repeat(40_000)],
  ["a word of 500,000", "a".repeat(500_000)],
];

it.each(HOSTILE)("%s is one plain block, with every character of it", (_, source) => {
  const tokens = lexBounded(source);
  expect(
    tokens
      .map(({ raw }) => raw)
      .join("")
      .trimEnd(),
  ).toBe(source.trimEnd());
  expect(tokens.filter(({ type }) => type !== "space").map(({ type }) => type)).toEqual(["plain"]);
});

/** Hostile text inside a paragraph: it stays one paragraph without markup. */
const HOSTILE_INLINE: [string, string][] = [
  ["emphasis inside emphasis", `${"*".repeat(5_000)}a${"*".repeat(5_000)}`],
  ["emphasis that closes late", "*a ".repeat(2_000) + "b*".repeat(2_000)],
  ["emphasis that never closes", "_a".repeat(10_000)],
  ["an address without an end", `${"a".repeat(50_000)}@`.slice(-40_000)],
  ["brackets", "[".repeat(20_000)],
  ["links inside links", "[a](b".repeat(5_000)],
  ["backticks of every number", Array.from({ length: 250 }, (_, at) => `${"`".repeat(at + 1)} `).join("")],
  ["backslashes", "\\".repeat(20_000)],
];

it.each(HOSTILE_INLINE)("%s stay a paragraph of plain words", (_, source) => {
  expect(lexBounded(source)).toMatchObject([{ type: "paragraph", tokens: [{ type: "text", text: source }] }]);
});

it("nested markup is parsed up to a depth, and plain text beyond it", () => {
  const nested = (depth: number) => `${"*a **b ".repeat(depth)}c${"** d* e".repeat(depth)}`;
  expect(depthOf(lexBounded(nested(3)))).toBeGreaterThan(6);
  expect(depthOf(lexBounded(nested(100)))).toBeLessThan(24);
});

it("blocks around an oversized block are parsed as usual", () => {
  const tokens = lexBounded(`# Title\n\n${"> ".repeat(100)}deep\n\nA **bold** end.\n`);
  expect(tokens.map(({ type }) => type)).toEqual(["heading", "space", "plain", "space", "paragraph"]);
  expect(JSON.stringify(tokens.at(-1))).toContain('"strong"');
});

it("the limits do not affect ordinary text", () => {
  const paths = Array.from({ length: 120 }, (_, at) => `The file \`packages/shared/src/file-number-${at}.ts\` is *changed* here.`).join(
    "\n",
  );
  const table = ["| file | lines | why |", "|---|---|---|", ...Array<string>(200).fill("| a.ts | 10 | it was **wrong** |")].join("\n");
  expect(lexBounded(paths)[0]?.type).toBe("paragraph");
  expect(JSON.stringify(lexBounded(paths))).toContain('"codespan"');
  expect(lexBounded(table)[0]?.type).toBe("table");
  expect(lexBounded(deepList(8))[0]?.type).toBe("list");
  expect(lexBounded("- one\n- two\n".repeat(200))[0]?.type).toBe("list");
});

it("counts everything to draw: items, cells, and a fence's frame", () => {
  const count = (source: string) => lexBounded(source).reduce((sum, token) => sum + countTokens(token), 0);
  expect(count("a")).toBe(2);
  expect(count("- a\n- b")).toBe(7);
  expect(count("|a|b|\n|-|-|\n|1|2|")).toBe(9);
  expect(count("```\na\n```")).toBe(25);
});

it("the cost of a paragraph is its length for each special character", () => {
  expect([inlineCost("plain words"), inlineCost("a*b"), inlineCost("[a]"), inlineCost("me@x")]).toEqual([0, 3, 1.5, 12]);
  expect(inlineCost(`${"a".repeat(1_000)} ${"b".repeat(10)}@c`)).toBe(1_013 * 11);
});

function depthOf(tokens: readonly Token[] | undefined): number {
  return Math.max(0, ...(tokens ?? []).map((token) => 1 + depthOf("tokens" in token ? token.tokens : undefined)));
}
