import * as fc from "fast-check";
import { expect, it } from "vitest";
import { toSegments } from "./line-segments.ts";

const tokens = [
  { text: "const ", kind: "keyword" },
  { text: "x = ", kind: null },
  { text: "1", kind: "constant" },
];
const show = (...input: Parameters<typeof toSegments>) =>
  toSegments(...input).map(({ text, kind, isEmphasised }) => `${isEmphasised ? "*" : ""}${text}${kind ? `:${kind}` : ""}`);

it.each([
  [null, null, ["const x = 1"]],
  [null, { start: 6, end: 7 }, ["const ", "*x", " = 1"]],
  [tokens, null, ["const :keyword", "x = ", "1:constant"]],
  [tokens, { start: 3, end: 11 }, ["con:keyword", "*st :keyword", "*x = ", "*1:constant"]],
  [tokens.slice(0, 1), null, ["const :keyword", "x = 1"]],
  [null, { start: 5, end: 99 }, ["const", "* x = 1"]],
])("%j with %j", (colours, emphasis, expected) => {
  expect(show("const x = 1", colours, emphasis)).toEqual(expected);
});

it("never loses or repeats a character", () => {
  const pieces = fc.array(fc.string({ minLength: 1 }), { maxLength: 5 });
  fc.assert(
    fc.property(pieces, fc.nat(20), fc.nat(20), fc.nat(3), (texts, start, length, missing) => {
      const text = texts.join("");
      const colours = texts.slice(0, texts.length - missing).map((each) => ({ text: each, kind: "x" }));
      const segments = toSegments(text, colours, { start, end: start + length });
      expect(segments.map((segment) => segment.text).join("")).toBe(text);
    }),
  );
});
