import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineHunk } from "../trace-lines.ts";
import { applyHunks } from "./apply-hunks.ts";

const hunk = (oldStart: number, oldLines: number, newStart: number, newLines: number): LineHunk => ({
  oldStart,
  oldLines,
  newStart,
  newLines,
});

const cases: { name: string; old: string; now: string; hunks: LineHunk[]; chosen: number[]; expected: string }[] = [
  { name: "none", old: "a\nb\n", now: "a\nc\n", hunks: [hunk(2, 1, 2, 1)], chosen: [], expected: "a\nb\n" },
  { name: "the only one", old: "a\nb\n", now: "a\nc\n", hunks: [hunk(2, 1, 2, 1)], chosen: [0], expected: "a\nc\n" },
  {
    name: "the second of two, of different lengths",
    old: "1\n2\n3\n",
    now: "0\n1\n2\nthree\nfour\n",
    hunks: [hunk(0, 0, 1, 1), hunk(3, 1, 4, 2)],
    chosen: [1],
    expected: "1\n2\nthree\nfour\n",
  },
  {
    name: "the first of two: a deletion",
    old: "1\n2\n3\n",
    now: "2\nthree\n",
    hunks: [hunk(1, 1, 0, 0), hunk(3, 1, 2, 1)],
    chosen: [0],
    expected: "2\n3\n",
  },
  { name: "a new file", old: "", now: "a\nb", hunks: [hunk(0, 0, 1, 2)], chosen: [0], expected: "a\nb" },
  { name: "a file that is emptied", old: "a\nb", now: "", hunks: [hunk(1, 2, 0, 0)], chosen: [0], expected: "" },
  {
    name: "carriage returns and a byte order mark",
    old: "\u00ef\u00bb\u00bfa\r\nb\r\n",
    now: "a\r\nc\r\n",
    hunks: [hunk(1, 2, 1, 2)],
    chosen: [0],
    expected: "a\r\nc\r\n",
  },
  { name: "a final line break that goes", old: "a\nb\n", now: "a\nb", hunks: [hunk(2, 1, 2, 1)], chosen: [0], expected: "a\nb" },
  {
    name: "a final line break that comes, not chosen",
    old: "x\ny\nb",
    now: "X\ny\nb\n",
    hunks: [hunk(1, 1, 1, 1), hunk(3, 1, 3, 1)],
    chosen: [0],
    expected: "X\ny\nb",
  },
];

describe("applyHunks", () => {
  it.each(cases)("$name", ({ old, now, hunks, chosen, expected }) => {
    expect(applyHunks(old, now, hunks, new Set(chosen))).toBe(expected);
  });

  const line = fc.constantFrom("a", "b", "\r", "\u00ff", "");
  const piece = fc.record({
    gone: fc.array(line, { maxLength: 3 }),
    come: fc.array(line, { maxLength: 3 }),
    kept: fc.array(line, { minLength: 1, maxLength: 3 }),
  });

  it("takes exactly the chosen pieces, and hunk by hunk leads to the same as all at once", () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.boolean(),
        (pieces, picks, hasEnd) => {
          const text = (lines: readonly string[]) => lines.map((each) => `${each}\n`).join("") + (hasEnd ? "" : "end");
          const of = (isNew: (place: number) => boolean) =>
            pieces.flatMap(({ gone, come, kept }, place) => [...(isNew(place) ? come : gone), ...kept]);
          const old = of(() => false);
          const now = of(() => true);
          let [oldAt, newAt] = [0, 0];
          const hunks = pieces.map(({ gone, come, kept }): LineHunk => {
            const made = hunk(gone.length === 0 ? oldAt : oldAt + 1, gone.length, come.length === 0 ? newAt : newAt + 1, come.length);
            oldAt += gone.length + kept.length;
            newAt += come.length + kept.length;
            return made;
          });
          const chosen = new Set([...hunks.keys()].filter((place) => picks[place]));
          expect(applyHunks(text(old), text(now), hunks, chosen)).toBe(text(of((place) => chosen.has(place))));
          expect(applyHunks(text(old), text(now), hunks, new Set(hunks.keys()))).toBe(text(now));
        },
      ),
    );
  });
});
