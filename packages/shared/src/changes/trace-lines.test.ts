import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { traceLines, type LineHunk, type TraceStep } from "./trace-lines.ts";

describe("traceLines", () => {
  const cases: { name: string; start: number; steps: TraceStep<string>[]; lines: string[]; removed: (string | null)[] }[] = [
    { name: "nothing happened", start: 2, steps: [], lines: ["start", "start"], removed: [null, null] },
    {
      name: "a new file",
      start: 0,
      steps: [{ by: "a", hunks: [{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 2 }] }],
      lines: ["a", "a"],
      removed: [],
    },
    {
      name: "two edits in one file: an insertion, and a replacement after it",
      start: 3,
      steps: [
        { by: "a", hunks: [{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 1 }] },
        { by: "b", hunks: [{ oldStart: 4, oldLines: 1, newStart: 4, newLines: 2 }] },
      ],
      lines: ["a", "start", "start", "b", "b"],
      removed: [null, null, "b"],
    },
    {
      name: "a line one author wrote and another removed has no author; a base line keeps who removed it",
      start: 1,
      steps: [
        { by: "a", hunks: [{ oldStart: 1, oldLines: 1, newStart: 1, newLines: 1 }] },
        { by: "b", hunks: [{ oldStart: 1, oldLines: 1, newStart: 0, newLines: 0 }] },
      ],
      lines: [],
      removed: ["a"],
    },
    { name: "replaced as a whole", start: 2, steps: [{ by: "a", replacedBy: 1 }], lines: ["a"], removed: ["a", "a"] },
    { name: "filled as a whole", start: 0, steps: [{ by: "a", replacedBy: 2 }], lines: ["a", "a"], removed: [] },
    { name: "emptied as a whole", start: 2, steps: [{ by: "a", replacedBy: 0 }], lines: [], removed: ["a", "a"] },
    {
      name: "a hunk that begins beyond the end adds there",
      start: 1,
      steps: [{ by: "a", hunks: [{ oldStart: 5, oldLines: 0, newStart: 6, newLines: 1 }] }],
      lines: ["start", "a"],
      removed: [null],
    },
    {
      name: "a hunk beyond the end is cut",
      start: 1,
      steps: [{ by: "a", hunks: [{ oldStart: 1, oldLines: 9, newStart: 1, newLines: 1 }] }],
      lines: ["a"],
      removed: ["a"],
    },
  ];
  it.each(cases)("$name", ({ start, steps, lines, removed }) => {
    expect(traceLines(start, steps)).toEqual({ lines, removed });
  });

  it("agrees with a model that stores the author of each line, for any edits", () => {
    const edit = fc.record({ at: fc.nat(40), cut: fc.nat(5), put: fc.nat(5) });
    fc.assert(
      fc.property(fc.nat(20), fc.array(edit, { maxLength: 12 }), (start, edits) => {
        const file: (string | number)[] = Array.from({ length: start }, (_, place) => place);
        const removed: (string | null)[] = Array.from({ length: start }, () => null);
        const steps = edits.map(({ at, cut, put }, place): TraceStep<string> => {
          const begin = Math.min(at, file.length);
          const by = `step ${place}`;
          const gone = file.splice(begin, cut, ...Array.from({ length: put }, () => by));
          for (const line of gone) if (typeof line === "number") removed[line] = by;
          const hunk: LineHunk = {
            oldStart: gone.length === 0 ? begin : begin + 1,
            oldLines: gone.length,
            newStart: put === 0 ? begin : begin + 1,
            newLines: put,
          };
          return { by, hunks: [hunk] };
        });
        expect(traceLines(start, steps)).toEqual({ lines: file.map((line) => (typeof line === "number" ? "start" : line)), removed });
      }),
    );
  });
});
