import fc from "fast-check";
import { expect, it } from "vitest";
import { HOSTILE_OUTPUT } from "../../testing/hostile-output.ts";
import { TerminalFilter } from "./terminal-filter.ts";

const ESC = "\u001b";
const filter = (...pieces: string[]) => {
  const one = new TerminalFilter();
  return pieces.map((piece) => one.write(piece)).join("");
};

it.each([
  ["plain text and its line ends", "a\tb\r\nc\u0008d\u000e\u000f", "a\tb\r\nc\u0008d\u000e\u000f"],
  ["text of any script", "é 日本 🙂 e\u0301", "é 日本 🙂 e\u0301"],
  ["colours", `${ESC}[1;38;2;1;2;3mx${ESC}[m${ESC}[4:3m`, `${ESC}[1;38;2;1;2;3mx${ESC}[m${ESC}[4:3m`],
  ["moves", `${ESC}[2J${ESC}[H${ESC}[10;20H${ESC}[K${ESC}7${ESC}8${ESC}M`, `${ESC}[2J${ESC}[H${ESC}[10;20H${ESC}[K${ESC}7${ESC}8${ESC}M`],
  ["the modes of an editor", `${ESC}[?1049;1006h${ESC}[?2004h${ESC}=${ESC}[2 q`, `${ESC}[?1049;1006h${ESC}[?2004h${ESC}=${ESC}[2 q`],
  ["charsets", `${ESC}(0qqq${ESC}(B${ESC}#8`, `${ESC}(0qqq${ESC}(B${ESC}#8`],
  [
    "links to the web",
    `${ESC}]8;id=a;https://a.b/c?d=e${ESC}\\x${ESC}]8;;\u0007`,
    `${ESC}]8;id=a;https://a.b/c?d=e${ESC}\\x${ESC}]8;;${ESC}\\`,
  ],
])("lets %s through", (_, text, expected) => {
  expect(filter(text)).toBe(expected);
});

it.each([
  [
    "other links end the one before them",
    `${ESC}]8;;https://a${ESC}\\a${ESC}]8;;file:///b${ESC}\\b`,
    `${ESC}]8;;https://a${ESC}\\a${ESC}]8;;${ESC}\\b`,
  ],
  ["what is wrong with a link is left out", `${ESC}]8;id=a b;https://a${ESC}\\`, `${ESC}]8;;https://a${ESC}\\`],
  ["modes that may not pass leave the others", `${ESC}[?25;9001;1h`, `${ESC}[?25;1h`],
  ["eight-bit controls become seven-bit ones", "\u009b1mx\u0085", `${ESC}[1mx${ESC}E`],
  ["a control character inside a sequence comes before it", `${ESC}[1\n0mx`, `\n${ESC}[10mx`],
  ["a sequence that begins anew", `${ESC}[1${ESC}[2mx`, `${ESC}[2mx`],
  ["a sequence that is left", `${ESC}[1\u0018x${ESC}]0;t\u001ay`, "xy"],
  ["text inside a sequence ends it", `${ESC}[1éx`, "éx"],
  ["numbers are bounded", `${ESC}[123456;99999999999H${ESC}[5000L`, `${ESC}[9999;9999H${ESC}[300L`],
  ["repeats are written out, and bounded", `-${ESC}[4b|`, "-----|"],
  ["a repeat after nothing repeats nothing", `x\n${ESC}[4b`, "x\n"],
  ["letters outside the first plane are repeated whole", `🙂${ESC}[2b`, "🙂🙂🙂"],
  ["what changes the order of letters is left out", "a\u202eb\u2066c", "abc"],
  ["a title of tmux leaves its words, as terminals do", `${ESC}kt${ESC}\\x`, "tx"],
])("%s", (_, text, expected) => {
  expect(filter(text)).toBe(expected);
});

it("F21 nothing of the hostile corpus is left that a terminal would act on or answer", () => {
  expect(HOSTILE_OUTPUT.length).toBeGreaterThan(200);
  // What may be left is text, and sequences that move, style, set one of the known modes, or link to the web.
  const allowed =
    // oxlint-disable-next-line no-control-regex -- These are the characters it is about.
    /\u001b(?:\[\??[\d;:]*[@A-HJ-MPSTXZ`adefghlmrsu]|\[!p|\]8;[^;]*;(?:https?:[\x21-\x7e]*)?\u001b\\|[78=>DEHMNOc])|[\u0007-\u000f\u0020-\u007e]/g;
  const left = HOSTILE_OUTPUT.map((text) => [text, filter(text).replace(allowed, "")]).filter(([, rest]) => rest !== "");
  expect(left).toEqual([]);
  const numbers = HOSTILE_OUTPUT.flatMap((text) => [...filter(text).matchAll(/\[\??[\d;]*[a-zA-Z]/g)].map(([found]) => found));
  expect(numbers.filter((found) => /\d{5}/.test(found))).toEqual([]);
  expect(numbers.filter((found) => /[cntxipqR|y]$/.test(found))).toEqual([]);
  expect(numbers.filter((found) => /\b1004\b/.test(found))).toEqual([]);
});

const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(...HOSTILE_OUTPUT.filter((text) => text.length < 300)),
    fc.constantFrom(
      ESC,
      "\u009b",
      "\u009d",
      "\u0018",
      "[",
      "]",
      "?",
      "1",
      ";",
      "52",
      "h",
      "c",
      "n",
      "\\",
      "\u0007",
      "x",
      "🙂",
      "é",
      "\r\n",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  ),
  { maxLength: 12 },
);

it("F21 is the same however the output is cut, and the same when filtered again", () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(400), { maxLength: 6 }), (parts, cuts) => {
      const text = parts.join("");
      const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].toSorted((a, b) => a - b);
      const cutUp = places.slice(1).map((place, index) => text.slice(places[index], place));
      const whole = filter(text);
      expect(filter(...cutUp)).toBe(whole);
      expect(filter(whole)).toBe(whole);
    }),
  );
});

it("a place between two results is outside of every sequence", () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      const one = new TerminalFilter();
      for (const part of parts) {
        const result = one.write(part);
        expect(filter(result)).toBe(result);
      }
    }),
  );
});
