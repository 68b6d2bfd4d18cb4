import { expect, it } from "vitest";
import { makeFaultTable, readPlaywrightOutcomes, readVitestOutcomes } from "./fault-table.ts";

const DOCUMENT = `
| S1 | Nothing is served without a token. | \`a.test.ts\` |
| F1 | An agent is killed. | \`a.test.ts\` |
| F2 | A server is killed. | \`b.test.ts\` \`b.soak.ts\` |
| F12 | A lock is in the way. | \`c.soak.ts\` \`c.test.ts\` |
`;
/** The ids stand apart, so that these are no titles of tests for `docs/invariants.md`. */
const passed = (...words: string[]) => ({ title: words.join(" "), passed: true });

it("says of each fault how often it was injected and what was lost", () => {
  const tests = [passed("F1", "a"), passed("F2", "F1", "b"), passed("F12", "c"), passed("S1", "d")];
  const records = [{ fault: "F1", repetitions: 40, eventsLost: 0, orphans: 0 }];
  const { lines, failures } = makeFaultTable(DOCUMENT, /\.test\.ts/, tests, records);
  const uncounted = [...failures.entries()].map(([, failure]) => failure.split(": ").at(-1));
  expect(uncounted).toEqual(Array.from({ length: 10 }, () => "not counted"));
  expect(lines.slice(-2)).toEqual([expect.stringMatching(/^n\/a: /), expect.stringMatching(/^·: /)]);
  expect(lines.slice(0, -2).map((line) => line.split(/\s{2,}/).map((cell) => cell.trim()))).toEqual([
    ["fault", "tests", "times", "events lost", "bytes lost", "stuck turns", "orphans", "leaked handles"],
    ["F1", "An agent is killed.", "2", "41", "0", "·", "·", "0", "·"],
    ["F2", "A server is killed.", "1", "1", "·", "·", "·", "·", "·"],
    ["F12 A lock is in the way.", "1", "1", "n/a", "·", "n/a", "n/a", "·"],
  ]);
});

it("fails for a fault that nothing injected, that a test failed under, or that lost something", () => {
  const { failures } = makeFaultTable(
    DOCUMENT,
    /\.soak\.ts|\.test\.ts/,
    [{ ...passed("F1", "a"), passed: false }],
    [{ fault: "F12", repetitions: 1, bytesLost: 3 }],
  );
  expect(failures.filter((failure) => !failure.endsWith("not counted"))).toEqual([
    "A test of F1 failed",
    "No test injected F2 (A server is killed.)",
    ["F12", " bytes lost", " 3"].join(":"),
  ]);
});

it("reads both reports", () => {
  const vitest = {
    testResults: [
      {
        assertionResults: [
          { title: passed("F1", "a").title, status: "passed" },
          { title: passed("F2", "b").title, status: "skipped" },
        ],
      },
    ],
  };
  expect(readVitestOutcomes(vitest)).toEqual([passed("F1", "a")]);
  expect(readPlaywrightOutcomes({ suites: [{ suites: [{ specs: [{ title: passed("F3", "c").title, ok: false }] }] }] })).toEqual([
    { ...passed("F3", "c"), passed: false },
  ]);
});
