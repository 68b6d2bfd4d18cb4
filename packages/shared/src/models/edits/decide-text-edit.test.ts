import fc from "fast-check";
import { expect, it } from "vitest";
import { decideTextEdit, type TextEditDecision } from "./decide-text-edit.ts";

const decide = (text: string, oldText: string, newText: string, replaceAll = false) =>
  decideTextEdit(text, { oldText, newText, replaceAll });
const edited = (decision: TextEditDecision) => (decision.kind === "edit" ? [decision.by, decision.text] : decision.kind);

const CODE = "function a() {\n  one();\n\n  two();\n}\n\nfunction b() {\n  three();\n}\n";

it.each<[what: string, text: string, oldText: string, newText: string, result: unknown]>([
  ["a text that is there once", "a\nb\nc\n", "b", "B", ["exact", "a\nB\nc\n"]],
  ["a part of a line", "say hello\n", "hell", "jell", ["exact", "say jello\n"]],
  ["line ends of the file", "a\r\nb\r\nc\r\n", "a\nb", "A\nB", ["exact", "A\r\nB\r\nc\r\n"]],
  ["line ends of the file where the text is in one line", "a\r\nb\r\n", "b", "x\ny", ["exact", "a\r\nx\r\ny\r\n"]],
  ["a text that begins in the middle of a line end", "a\r\nb\r\n", "\nb", "\nc", ["exact", "a\r\nc\r\n"]],
  ["lines with two ends, exactly", "a\r\nb\nc\n", "b", "x\ny", ["exact", "a\r\nx\ny\nc\n"]],
  ["characters that a pattern would interpret", "price\n", "price", "$& $1", ["exact", "$& $1\n"]],
  ["a text that is there twice", "a\na\n", "a", "b", "ambiguous"],
  ["the same text", "a\n", "a", "a", "unchanged"],
  ["another indentation", CODE, "    one();\n", "    one(1);\n", ["whitespace", CODE.replace("one()", "one(1)")]],
  ["tabs for spaces", "\tif (x)\n\t\tgo();\n", "  if (x)\n    go();\n", "  if (y)\n    run();\n", ["whitespace", "\tif (y)\n\t\trun();\n"]],
  [
    "deeper lines than any that is known",
    "\tif (x)\n\t\tgo();\n",
    "if (x)\n    go();",
    "if (x) {\n    {\n      go();\n    }\n}",
    ["whitespace", "\tif (x) {\n\t\t{\n\t\t  go();\n\t\t}\n\t}\n"],
  ],
  ["space at the end of a line", "a  \nb\nc\n", "a\nb\n", "A\nb\n", ["whitespace", "A\nb\nc\n"]],
  ["space inside a line", "f(a,  b);\nend\n", "f(a, b);", "g(a, b);", ["whitespace", "g(a, b);\nend\n"]],
  ["a file without a line end at its end", "x\n  a  b", "a b\n", "c\n", ["whitespace", "x\n  c"]],
  ["the last lines of such a file", "x\n  a  b", "a b\n", "", ["whitespace", "x"]],
  ["lines that go", "x\n  a  b\ny\n", "a b", "", ["whitespace", "x\ny\n"]],
  ["lines with two ends", "a  a\r\nb\nc\n", "a a\nb", "A\nB\nC", ["whitespace", "A\r\nB\nC\nc\n"]],
  ["two places without white space", "  a b\n\ta b\n", "a  b", "c", "ambiguous"],
  ["a part of a line with other spaces", "let x = f( a );\n", "f(a)", "g(a)", "missing"],
  [
    "one line of five that is different: it would be replaced without having been seen",
    "begin\n  one\n  two\n  three\nfinish\n",
    "begin\n  one\n  two!\n  three\nfinish\n",
    "begin\n  none\nfinish\n",
    "missing",
  ],
  ["a blank line that was not expected", CODE, "function a() {\n  one();\n  two();\n}\n", "function a() {}\n", "missing"],
  [
    "a blank line that was not expected, between anchors",
    "begin\n  one\n\n  two\nfinish\n",
    "begin\n  one\n  two\nfinish\n",
    "begin\nfinish\n",
    ["anchors", "begin\nfinish\n"],
  ],
  ["an anchor that is there twice", "begin\n  one\nfinish\nbegin\n", "begin\n  one!\nfinish\n", "x", "missing"],
  ["more lines between the anchors than expected", "begin\n  one\n  extra\nfinish\n", "begin\n  one\nfinish\n", "x", "missing"],
  ["anchors around something else", "begin\n  one\n  two\nfinish\n", "begin\n  three\n  four\nfinish\n", "x", "missing"],
  ["anchors with nothing between them", "begin!\nfinish\n", "begin\nfinish\n", "x", "missing"],
  ["anchors in the wrong order", "finish\n  one\nbegin\n", "begin\n  one\nfinish\n", "x", "missing"],
  ["nothing but white space", "a\n\n\nb\n", " \n \n", "x", "missing"],
  ["nothing like it", "a\nb\n", "something else", "x", "missing"],
  ["an empty file", "", "a", "b", "missing"],
])("%s", (_, text, oldText, newText, result) => {
  expect(edited(decide(text, oldText, newText))).toEqual(result);
});

it("replaces every exact occurrence if that is asked for, but only one that is not exact", () => {
  expect(decide("a\nb\na\n", "a", "x", true)).toMatchObject({ kind: "edit", places: 2, text: "x\nb\nx\n" });
  expect(decide("  a b\n\ta b\n", "a  b", "c", true)).toMatchObject({ kind: "ambiguous", by: "whitespace", places: 2, lines: [1, 2] });
});

it("names the lines of several places, what was replaced, and the lines that come closest", () => {
  expect(decide("x\na\nb\na\n", "a", "c")).toMatchObject({ places: 2, lines: [2, 4] });
  expect(decide(CODE, "  three( );", "x")).toMatchObject({ kind: "missing", closest: "8:   three();" });
  expect(decide("begin\n  one\n\n  two\nfinish\n", "begin\n  one\n  two\nfinish\n", "x")).toMatchObject({
    by: "anchors",
    firstLine: 1,
    replaced: "begin\n  one\n\n  two\nfinish\n",
  });
  expect(decide("begin\n  one\n  two\nfinish\n", "begin\n  one\n  2\nfinish\n", "x")).toMatchObject({
    kind: "missing",
    closest: "1: begin\n2:   one\n3:   two\n4: finish",
  });
  expect(decide(CODE, "function b() {\n  three(3);\n  four();\n}", "x")).toMatchObject({
    closest: "7: function b() {\n8:   three();\n9: }",
  });
  expect(decide("let total = sum(all, the, parts);\n", "let total = sum(the, parts)", "x")).toMatchObject({
    closest: "1: let total = sum(all, the, parts);",
  });
  expect(decide("a\nb\n", "zebra", "x")).toEqual({ kind: "missing", closest: "" });
});

it("says of a large file that the text is not there", () => {
  const text = Array.from({ length: 100_000 }, (_, index) => `  line ${index % 5_000};\n`).join("");
  const wanted = Array.from({ length: 500 }, (_, index) => `line  ${index};;`).join("\n");
  expect(decide(text, wanted, "x").kind).toBe("missing");
});

const line = fc.constantFrom("", "a", " a", "b  b", "\tb b", "c;", "  c;", "d", "}", " }", "e e", "\te  e");
const eol = fc.constantFrom("\n", "\r\n");
const file = fc
  .tuple(fc.array(fc.tuple(line, eol), { maxLength: 12 }), fc.option(line, { nil: "" }))
  .map(([lines, last]) => lines.map(([text, end]) => text + end).join("") + last);
const block = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join("\n"));
const plain = (text: string) => text.split(/\r?\n/).map((each) => each.trim().replace(/\s+/g, " "));

/** The parts of a file that an edit must leave alone, and what it put between them. */
function takeApart(text: string, newText: string, { text: made, replaced, firstLine }: Extract<TextEditDecision, { kind: "edit" }>) {
  const from =
    text
      .split("\n")
      .slice(0, firstLine - 1)
      .join("\n").length + (firstLine > 1 ? 1 : 0);
  const after = text.slice(from + replaced.length);
  const isEnd = newText === "" && !text.endsWith("\n") && after === "";
  // Where lines go from the end of a file without a last line end, the line before them loses its own.
  const before = isEnd ? text.slice(0, from).replace(/\r?\n$/, "") : text.slice(0, from);
  const [head, tail] = [made.slice(0, before.length), made.slice(made.length - after.length)];
  const middle = made.slice(before.length, made.length - after.length);
  // The last line of a file without a last line end has none to leave out.
  const isLast = after === "" && !text.endsWith("\n");
  // A blank line at the end is shown only by its own line end.
  const endsBlank = (isEnd && before.endsWith("\n")) || (isLast && /(?:^|\n)\s*$/.test(newText.replace(/\n$/, "")));
  const endsAlike = made === "" || endsBlank || made.endsWith("\n") === text.endsWith("\n");
  return {
    there: text.slice(from, from + replaced.length),
    head,
    before,
    tail,
    after,
    middle: isLast ? middle : middle.replace(/\r?\n$/, ""),
    endsAlike,
  };
}

function countRuns(text: string, oldText: string): number {
  const [have, want] = [plain(text.replace(/\r?\n$/, "")), plain(oldText.replace(/\n$/, ""))];
  return have.filter((_, at) => want.every((each, index) => have[at + index] === each)).length;
}

it("an edit that is not exact is unique or refused, and leaves the rest byte by byte, with its line ends and its last one", () => {
  const seen = { whitespace: 0, anchors: 0 };
  fc.assert(
    fc.property(file, block, fc.array(line, { maxLength: 4 }), (text, oldText, newLines) => {
      const newText = newLines.join("\n");
      const decision = decide(text, oldText, newText);
      if (decision.kind !== "edit" || decision.by === "exact") return;
      seen[decision.by] += 1;
      const { there, head, before, tail, after, middle, endsAlike } = takeApart(text, newText, decision);
      expect([there, head, tail]).toEqual([decision.replaced, before, after]);
      expect(plain(middle)).toEqual(plain(newText.replace(/\n$/, "")));
      expect(endsAlike).toBe(true);
      expect(text.includes("\r") || !decision.text.includes("\r")).toBe(true);
      expect(decision.by === "anchors" ? 0 : countRuns(text, oldText)).toBe(decision.by === "anchors" ? 0 : 1);
    }),
    { numRuns: 3_000 },
  );
  expect(seen.whitespace).toBeGreaterThan(20);
});

it("no line goes that was not looked for, whatever way the place is found", () => {
  const filled = (text: string) => plain(text).filter((each) => each !== "");
  // Mostly the lines of the file itself, with some changed, so that every way of looking is taken.
  const near = file.chain((text) => {
    const own = text.split(/\r?\n/).map((each) => fc.oneof({ weight: 5, arbitrary: fc.constant(each) }, line));
    return fc.tuple(
      fc.constant(text),
      fc.tuple(...own).map((lines) => lines.filter((each) => each.trim() !== "").join("\n")),
    );
  });
  const seen = { exact: 0, whitespace: 0, anchors: 0 };
  fc.assert(
    fc.property(near, ([text, oldText]) => {
      if (oldText === "") return;
      const decision = decide(text, oldText, "new");
      if (decision.kind !== "edit") return;
      seen[decision.by] += 1;
      if (decision.by === "exact") return;
      expect(filled(decision.replaced)).toEqual(filled(oldText));
    }),
    { numRuns: 3_000 },
  );
  expect(Math.min(seen.whitespace, seen.anchors)).toBeGreaterThan(5);
});

it("an exact edit is what splitting and joining gives", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 12 });
  fc.assert(
    fc.property(letters, fc.constantFrom("a", "ab", "a\n", "b\nb"), (text, oldText) => {
      const decision = decide(text, oldText, "X", true);
      const isExact = decision.kind === "edit" && decision.by === "exact";
      expect(isExact ? decision.text : null).toBe(text.includes(oldText) ? text.replaceAll(oldText, () => "X") : null);
    }),
  );
});
