import fc from "fast-check";
import remend from "remend";
import { describe, expect, it } from "vitest";
import { EMPTY_MARKDOWN, readMarkdown, type ParsedMarkdown } from "./markdown-blocks.ts";

const SAMPLE = `# Title

A paragraph with **bold**, \`code\` and [a link](https://example.com/a_b).
Its second line.
# Not after all a paragraph

- one
- two

  still two
    - nested
- [x] done

1. first
2. second
text that goes on

\`\`\`ts
const a = "**not bold**";

# not a heading
\`\`\`

| a | b |
|---|---|
| 1 | 2 |

> quoted
> more

Setext
======

    indented code

***

<details>
<summary>html</summary>
</details>

Last paragraph without an end`;

const close = (source: string) => remend(source, { linkMode: "text-only", katex: false });
const kinds = (parsed: ParsedMarkdown) => parsed.blocks.map((block) => `${block.start} ${block.token.type} ${JSON.stringify(block.token)}`);
const stream = (pieces: readonly string[]) => {
  let parsed = EMPTY_MARKDOWN;
  let text = "";
  for (const piece of pieces) {
    text += piece;
    parsed = readMarkdown(parsed, text, close);
  }
  return readMarkdown(parsed, text, null);
};

describe("readMarkdown", () => {
  it("shows everything beyond ten thousand tokens as one plain block", () => {
    const text = "a *b*\n\n".repeat(6_000);
    const { blocks } = readMarkdown(EMPTY_MARKDOWN, text, null);
    expect(blocks.map(({ source }) => source).join("")).toBe(text);
    expect(blocks.length).toBeLessThan(10_001);
    expect(blocks.filter(({ token }) => token.type === "plain")).toEqual([blocks.at(-1)]);
    expect(blocks.at(-1)?.source.length).toBeGreaterThan(10_000);
  });

  it("does not parse a long plain block again for each added word, and ends correct", () => {
    const table = ["|a|b|", "|-|-|", ...Array<string>(1_500).fill("|some text|and some more|")].join("\n");
    const before = readMarkdown(EMPTY_MARKDOWN, `Intro\n\n${table}`, close);
    const after = readMarkdown(before, `Intro\n\n${table}\n|1|`, close);
    expect(after.blocks[0]).toBe(before.blocks[0]);
    expect(after.blocks.at(-1)?.token).toEqual({ type: "plain", raw: `${table}\n|1|` });
    const end = `Intro\n\n${table}\n|1|\n\nThe **end**`;
    expect(kinds(readMarkdown(after, end, null))).toEqual(kinds(readMarkdown(EMPTY_MARKDOWN, end, null)));
    expect(kinds(readMarkdown(after, end, null)).at(-1)).toContain('"strong"');
  });

  it("finds definitions in linear time", () => {
    expect(readMarkdown(EMPTY_MARKDOWN, "[\n".repeat(100_000), null).blocks).toHaveLength(1);
  });

  it("returns the same blocks however the text was split", () => {
    const line = fc.constantFrom(
      ...SAMPLE.split("\n"),
      "#",
      "-",
      "1.",
      "```",
      "~~~",
      "| x",
      "  ",
      "[a]: http://b",
      "[a]",
      "<div>",
      "-foo",
      "--",
    );
    const pieces = fc.array(fc.tuple(line, fc.constantFrom("\n", "\n\n", "", " ")), { maxLength: 14 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 9 }), (lines, size) => {
        const text = lines.map(([each, end]) => each + end).join("");
        const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
        expect(kinds(stream(chunks))).toEqual(kinds(readMarkdown(EMPTY_MARKDOWN, text, null)));
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the objects of blocks that cannot change", () => {
    const before = readMarkdown(EMPTY_MARKDOWN, `${SAMPLE} yet`, close);
    const after = readMarkdown(before, `${SAMPLE} yet.`, close);
    expect(after.blocks).toHaveLength(before.blocks.length);
    expect(after.blocks.filter((block, at) => block !== before.blocks[at])).toHaveLength(1);
  });

  it("closes open markup only while streaming", () => {
    const tokensOf = (isStreaming: boolean) =>
      JSON.stringify(readMarkdown(EMPTY_MARKDOWN, "so **bold", isStreaming ? close : null).blocks[0]?.token);
    expect(tokensOf(true)).toContain('"strong"');
    expect(tokensOf(false)).not.toContain('"strong"');
  });

  it("covers the whole text, without gaps", () => {
    const { blocks } = readMarkdown(EMPTY_MARKDOWN, SAMPLE, null);
    expect(blocks.map((block) => block.source).join("")).toBe(SAMPLE);
    expect(blocks.map((block) => block.token.type)).toEqual([
      "heading",
      "paragraph",
      "heading",
      "list",
      "list",
      "code",
      "table",
      "blockquote",
      "heading",
      "code",
      "hr",
      "html",
      "paragraph",
    ]);
  });

  it("resolves links by later definitions", () => {
    const text = "See [docs][d].\n\n[d]: https://example.com\n";
    expect(JSON.stringify(stream([text.slice(0, 20), text.slice(20)]).blocks[0]?.token)).toContain('"href":"https://example.com"');
  });

  it("parses a replaced text, and one with carriage returns", () => {
    const replaced = readMarkdown(readMarkdown(EMPTY_MARKDOWN, "one\n\ntwo", close), "three", null);
    expect(replaced.blocks.map((block) => block.source)).toEqual(["three"]);
    expect(readMarkdown(EMPTY_MARKDOWN, "a\r\n\r\nb", null).blocks).toHaveLength(2);
  });
});
