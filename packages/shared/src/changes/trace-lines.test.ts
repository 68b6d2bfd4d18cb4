import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { traceLines, type LineChange, type LineHunk, type TracedBase, type TracedLines, type TracedVersion } from "./trace-lines.ts";

type Version = Partial<TracedVersion<string>> & Pick<TracedVersion<string>, "by">;

/** Builds a list in which each version was made from the one before it. */
const list = (...versions: Version[]): TracedVersion<string>[] =>
  versions.map((version, place) => ({ from: place === 0 ? null : place - 1, change: [], like: [], isBase: false, ...version }));
const there = (replacedBy: number): Version => ({ by: "start", change: { replacedBy } });
const base = (lines: number, more: Partial<TracedBase<string>> = {}): TracedBase<string> => ({
  lines,
  like: [],
  at: null,
  leftBy: null,
  end: Infinity,
  ...more,
});
const hunk = (oldStart: number, oldLines: number, newStart: number, newLines: number): LineHunk => ({
  oldStart,
  oldLines,
  newStart,
  newLines,
});

describe("traceLines through versions that each have an author", () => {
  const cases: { name: string; start: number; steps: { by: string; change: LineChange }[]; expected: TracedLines<string> }[] = [
    { name: "nothing happened", start: 2, steps: [], expected: { lines: ["base", "base"], removed: [null, null] } },
    {
      name: "two edits in one file: an insertion, and a replacement after it",
      start: 3,
      steps: [
        { by: "a", change: [hunk(0, 0, 1, 1)] },
        { by: "b", change: [hunk(4, 1, 4, 2)] },
      ],
      expected: { lines: ["a", "base", "base", "b", "b"], removed: [null, null, "b"] },
    },
    {
      name: "a line one author wrote and another removed has no author; a base line keeps who removed it",
      start: 1,
      steps: [
        { by: "a", change: [hunk(1, 1, 1, 1)] },
        { by: "b", change: [hunk(1, 1, 0, 0)] },
      ],
      expected: { lines: [], removed: ["a"] },
    },
    {
      name: "replaced as a whole",
      start: 2,
      steps: [{ by: "a", change: { replacedBy: 1 } }],
      expected: { lines: ["a"], removed: ["a", "a"] },
    },
    {
      name: "filled as a whole",
      start: 0,
      steps: [{ by: "a", change: { replacedBy: 2 } }],
      expected: { lines: ["a", "a"], removed: [] },
    },
    {
      name: "emptied as a whole",
      start: 2,
      steps: [{ by: "a", change: { replacedBy: 0 } }],
      expected: { lines: [], removed: ["a", "a"] },
    },
    {
      name: "a hunk that begins beyond the end adds there",
      start: 1,
      steps: [{ by: "a", change: [hunk(5, 0, 6, 1)] }],
      expected: { lines: ["base", "a"], removed: [null] },
    },
    {
      name: "a hunk beyond the end is cut",
      start: 1,
      steps: [{ by: "a", change: [hunk(1, 9, 1, 1)] }],
      expected: { lines: ["a"], removed: ["a"] },
    },
  ];
  it.each(cases)("$name", ({ start, steps, expected }) => {
    const versions = list({ by: "start", isBase: true }, ...steps);
    const now = versions.length - 1;
    expect(traceLines({ versions, now, base: base(start, { at: now }) })).toEqual(expected);
  });

  it("agrees with a model that stores the author of each line, for any edits", () => {
    const edit = fc.record({ at: fc.nat(40), cut: fc.nat(5), put: fc.nat(5) });
    fc.assert(
      fc.property(fc.nat(20), fc.array(edit, { maxLength: 12 }), (start, edits) => {
        const file: (string | number)[] = Array.from({ length: start }, (_, place) => place);
        const removed: (string | null)[] = Array.from({ length: start }, () => null);
        const steps = edits.map(({ at, cut, put }, place) => {
          const begin = Math.min(at, file.length);
          const by = `step ${place}`;
          const gone = file.splice(begin, cut, ...Array.from({ length: put }, () => by));
          for (const line of gone) if (typeof line === "number") removed[line] = by;
          return { by, change: [hunk(gone.length === 0 ? begin : begin + 1, gone.length, put === 0 ? begin : begin + 1, put)] };
        });
        const versions = list({ by: "start", isBase: true }, ...steps);
        const now = steps.length;
        expect(traceLines({ versions, now, base: base(start, { at: now }) })).toEqual({
          lines: file.map((line) => (typeof line === "number" ? "base" : line)),
          removed,
        });
      }),
    );
  });
});

describe("traceLines through a version of nobody's", () => {
  const added = { by: "a", change: [hunk(1, 1, 1, 2)] };

  it("gives what is taken back to the base, and what is brought back to its author", () => {
    const versions = list(
      { by: "start", isBase: true },
      added,
      { by: null, isBase: true },
      { by: null, change: [hunk(1, 1, 1, 2)], like: [{ version: 1, hunks: [] }] },
    );
    expect(traceLines({ versions, now: 2, base: base(2, { at: 2 }) })).toEqual({ lines: ["base", "base"], removed: [null, null] });
    expect(traceLines({ versions, now: 3, base: base(2, { at: 3 }) })).toEqual({ lines: ["a", "a", "base"], removed: ["a", null] });
  });

  it("forgets that a line was removed when it returns, and names its remover when it goes again", () => {
    const versions = list(
      { by: "start", isBase: true },
      { by: "a", change: [hunk(1, 2, 0, 0)] },
      // One of the two lines comes back, then goes again.
      { by: null, change: [hunk(0, 0, 1, 1)], like: [{ version: 0, hunks: [hunk(2, 1, 1, 0)] }] },
      { by: null, change: [hunk(1, 1, 0, 0)] },
    );
    expect(traceLines({ versions, now: 2, base: base(3, { at: 2 }) })).toEqual({ lines: ["base", "base"], removed: [null, "a", null] });
    expect(traceLines({ versions, now: 3, base: base(3, { at: 3 }) })).toEqual({ lines: ["base"], removed: ["a", "a", null] });
  });

  it("takes each run of lines from the version that has most of it, then from the latest, and knows none that nobody has", () => {
    const versions = list(
      there(3),
      { by: "a", change: { replacedBy: 3 } },
      { by: "b", change: { replacedBy: 1 } },
      {
        by: null,
        // Four lines after its first: two of them are a's, one is also in `start`, one is in neither.
        change: [hunk(1, 0, 2, 4)],
        like: [
          { version: 0, hunks: [hunk(0, 0, 1, 1), hunk(2, 2, 2, 3)] },
          { version: 1, hunks: [hunk(0, 0, 1, 2), hunk(3, 1, 5, 1)] },
        ],
      },
    );
    expect(traceLines({ versions, now: 3, base: null }).lines).toEqual(["b", "start", "a", "a", null]);
  });

  it.each([
    ["in the order of time", [0, 1]],
    ["the latest first", [1, 0]],
  ])("judges each run of lines by itself, and leaves what lies between as it is: %s", (_, order) => {
    const versions = list(
      there(3),
      { by: "a", change: { replacedBy: 3 } },
      { by: "b", change: { replacedBy: 1 } },
      {
        by: null,
        // Three lines before b's and three after: a has two of the first run, `start` one of it and two of the second.
        change: [hunk(0, 0, 1, 3), hunk(1, 0, 5, 3)],
        like: order.map((version) => ({
          version,
          hunks: version === 0 ? [hunk(1, 0, 2, 3), hunk(3, 0, 7, 1)] : [hunk(3, 1, 3, 5)],
        })),
      },
    );
    const expected = ["a", "a", null, "b", "start", "start", null];
    expect(traceLines({ versions, now: 3, base: null }).lines).toEqual(expected);
  });

  it("finds a line that comes after others that an earlier version had instead", () => {
    const versions = list(
      there(1),
      { by: "a", change: [hunk(1, 0, 2, 1)] },
      { by: null, change: { replacedBy: 2 }, like: [{ version: 1, hunks: [hunk(1, 1, 1, 1)] }] },
    );
    expect(traceLines({ versions, now: 2, base: null }).lines).toEqual([null, "a"]);
  });

  it("finds a line that nobody has anywhere nobody's", () => {
    const versions = list(there(1), { by: null, change: [hunk(1, 0, 2, 1)] });
    expect(traceLines({ versions, now: 1, base: null })).toEqual({ lines: ["start", null], removed: [] });
  });
});

describe("traceLines from a base that no version equals", () => {
  it("finds the lines of the base in the versions, and who removed them there", () => {
    // The base: x, a1, y. The versions: x y z → x a1 a2 y → x a2 (b removed a1 and y).
    const versions = list(
      there(3),
      { by: "a", change: [hunk(1, 0, 2, 2), hunk(3, 1, 4, 0)] },
      { by: "b", change: [hunk(2, 1, 1, 0), hunk(4, 1, 2, 0)] },
    );
    const like = [
      { version: 2, hunks: [hunk(2, 1, 2, 2)] },
      { version: 1, hunks: [hunk(3, 1, 2, 0)] },
      { version: 0, hunks: [hunk(1, 0, 2, 1), hunk(3, 1, 3, 0)] },
    ];
    expect(traceLines({ versions, now: 2, base: base(3, { like, at: 2 }) })).toEqual({ lines: ["base", "a"], removed: [null, "b", "b"] });
    // The same where the file is gone.
    const gone = [...versions, ...list({ by: "c", change: { replacedBy: 0 } }).map((version) => ({ ...version, from: 2 }))];
    expect(traceLines({ versions: gone, now: null, base: base(3, { like }) })).toEqual({ lines: [], removed: ["c", "b", "b"] });
  });

  it("knows no remover of a line that no version has", () => {
    expect(
      traceLines({ versions: list(there(0)), now: 0, base: base(1, { at: 0, like: [{ version: 0, hunks: [hunk(0, 0, 1, 1)] }] }) }),
    ).toEqual({
      lines: [],
      removed: [null],
    });
  });
});

describe("traceLines of a file that left its name", () => {
  const versions = list({ by: "start", isBase: true }, { by: "a", change: [hunk(1, 1, 0, 0)] }, { by: "b", change: [hunk(1, 1, 0, 0)] });

  it("names who removed a line before, and for the others who took the name away", () => {
    expect(traceLines({ versions, now: null, base: base(3, { at: 1, leftBy: "b", end: 1 }) }).removed).toEqual(["a", "b", "b"]);
  });

  it("gives no line of another name to the base", () => {
    const moved = list(there(1), { by: "a", change: [hunk(1, 0, 2, 1)] });
    const like = [{ version: 0, hunks: [] }];
    expect(traceLines({ versions: moved, now: 1, base: base(1, { at: 0, like }) }).lines).toEqual(["start", "a"]);
  });

  it("knows no remover of what went before all steps", () => {
    const begun = list({ by: "start", isBase: true }, { by: "start", change: [hunk(1, 1, 0, 0)] });
    expect(traceLines({ versions: begun, now: 1, base: base(2, { at: 1 }) })).toEqual({ lines: ["base"], removed: [null, null] });
  });

  it("ignores what was removed after the file ended", () => {
    expect(traceLines({ versions, now: null, base: base(3, { end: 1 }) }).removed).toEqual(["a", null, null]);
  });
});
