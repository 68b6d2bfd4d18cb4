import fc from "fast-check";
import { expect, it } from "vitest";
import { ThoughtSplitter, withoutThoughts } from "./split-thoughts.ts";

function split(pieces: readonly string[]) {
  const splitter = new ThoughtSplitter();
  const told = { text: "", thought: "" };
  for (const piece of [...pieces.flatMap((text) => splitter.push(text)), ...splitter.end()]) {
    if (piece.kind === "was_thought") Object.assign(told, { text: "", thought: told.text + told.thought });
    else told[piece.kind] += piece.text;
  }
  return { text: told.text.trim(), thought: told.thought.trim() };
}

const CASES: [string, string, { text: string; thought: string }][] = [
  ["a thought before the answer", "<think>why</think>\n\nanswer", { thought: "why", text: "answer" }],
  ["line breaks before it", "\n\n<think>\nwhy\n</think>answer", { thought: "why", text: "answer" }],
  ["another tag", "<thinking>why</thinking>answer", { thought: "why", text: "answer" }],
  ["an end of another tag inside", "<think>a </thinking> b</think>answer", { thought: "a </thinking> b", text: "answer" }],
  ["a thought between two answers", "one\n<think>why</think>\ntwo", { thought: "why", text: "one\n\ntwo" }],
  ["two thoughts in a row", "<think>a</think><think>b</think>c", { thought: "ab", text: "c" }],
  ["a thought that never ends", "<think>why", { thought: "why", text: "" }],
  ["an end without a beginning", "why not\n</think>\n\nanswer", { thought: "why not", text: "answer" }],
  ["a fence inside a thought", "<think>```\n</think>answer", { thought: "```", text: "answer" }],
  ["a tag inside a fence", "```html\n<think>x</think>\n```\nso", { thought: "", text: "```html\n<think>x</think>\n```\nso" }],
  ["a tag inside a fence of tildes", "~~~\n<think>x\n~~~", { thought: "", text: "~~~\n<think>x\n~~~" }],
  ["a tag after a fence", "```\nx\n```\n<think>y</think>z", { thought: "y", text: "```\nx\n```\nz" }],
  ["a tag in a sentence", "Use the <think> tag, and `</think>`.", { thought: "", text: "Use the <think> tag, and `</think>`." }],
  ["a tag in code marks", "`<think>` begins it", { thought: "", text: "`<think>` begins it" }],
  ["what only looks like a tag", "a < b, <b>bold</b>, </p> <thin", { thought: "", text: "a < b, <b>bold</b>, </p> <thin" }],
];

it.each(CASES)("tells %s, cut in any way", (_what, text, expected) => {
  expect(split([text])).toEqual(expected);
  expect(split([...text])).toEqual(expected);
  for (let at = 1; at < text.length; at += 1) expect(split([text.slice(0, at), text.slice(at)])).toEqual(expected);
  expect(withoutThoughts(text)).toBe(expected.text);
});

it("loses and adds nothing for any input", () => {
  const words = fc.array(fc.constantFrom("<", "<think>", "</think>", "```", "\n", "a", " ", "`", "<thi", "nk>", "~~~"), { maxLength: 25 });
  fc.assert(
    fc.property(words, (pieces) => {
      const splitter = new ThoughtSplitter();
      const out = [...pieces.flatMap((text) => splitter.push(text)), ...splitter.end()];
      const said = out.map((piece) => ("text" in piece ? piece.text : "")).join("");
      // Tags are removed, and pieces may form new ones; all other text stays.
      const plain = (text: string) => text.replaceAll(/[^a`~]/g, "");
      expect(plain(said)).toBe(plain(pieces.join("")));
    }),
  );
});

it("leaves tags alone if the server sends thoughts separately", () => {
  const splitter = new ThoughtSplitter();
  splitter.turnOff();
  expect(splitter.push("<think>x</think>")).toEqual([{ kind: "text", text: "<think>x</think>" }]);
});
