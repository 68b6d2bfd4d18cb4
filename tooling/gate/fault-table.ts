import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FaultRecord, Loss } from "../../packages/testkit/src/record-fault.ts";
import { NOT_APPLICABLE } from "./not-applicable.ts";

/** The outcome of a test, by its title. */
export interface TestOutcome {
  title: string;
  passed: boolean;
}

export interface FaultTable {
  lines: string[];
  /** Sentences for what is wrong: a fault that no test injected, one that lost something, or a loss that nothing counted. */
  failures: string[];
}

const LOSSES: readonly Loss[] = ["eventsLost", "bytesLost", "stuckTurns", "orphans", "leakedHandles"];
const HEADS = ["events lost", "bytes lost", "stuck turns", "orphans", "leaked handles"];
/** What the words in the cells mean. */
const LEGEND = [
  "n/a: the fault cannot cost it, because no such thing is there where it happens.",
  "·: its tests assert what they are about, and have not counted this.",
];
/** How a failure ends that says that nothing was counted. */
export const UNCOUNTED = "not counted";
const ROW = /^\| (?<id>F\d{1,2}) \| (?<what>[^|]+) \| (?<files>[^|]+) \|$/;

/**
 * Makes the table of faults: each that `document` lists with its tests, how often it was injected, and what was lost. A test that records
 * nothing counts as one repetition. `kind` says which files must have run.
 */
export function makeFaultTable(document: string, kind: RegExp, tests: readonly TestOutcome[], records: readonly FaultRecord[]): FaultTable {
  const width = 62;
  const lines = [["fault".padEnd(width), "tests".padStart(6), "times".padStart(7), ...HEADS.map((head) => head.padStart(16))].join("")];
  const failures: string[] = [];
  for (const line of document.split("\n")) {
    const { id, what, files } = ROW.exec(line)?.groups ?? {};
    if (id === undefined || what === undefined || !kind.test(files ?? "")) continue;
    const own = tests.filter(({ title }) => new RegExp(`^(?:[A-Z]\\d{1,2},? )*${id}\\b`).test(title));
    const recorded = records.filter(({ fault }) => fault === id);
    if (own.length === 0 && recorded.length === 0) failures.push(`No test injected ${id} (${what.trim()})`);
    if (own.some(({ passed }) => !passed)) failures.push(`A test of ${id} failed`);
    const counting = recorded.filter(({ repetitions: times }) => times > 0);
    const repetitions = counting.reduce((sum, record) => sum + record.repetitions, Math.max(0, own.length - counting.length));
    const losses = LOSSES.map((loss) => sumOf(recorded.map((record) => record[loss])));
    losses.forEach((lost, place) => lost !== null && lost > 0 && failures.push(`${id}: ${HEADS[place]}: ${lost}`));
    // What was measured is shown, also where it is not expected to matter.
    const shown = losses.map((lost, place) => String(lost ?? (NOT_APPLICABLE[id]?.includes(LOSSES[place]!) ? "n/a" : "·")).padStart(16));
    shown.forEach((cell, place) => cell.endsWith("·") && failures.push(`${id}: ${HEADS[place]}: ${UNCOUNTED}`));
    lines.push(
      [
        `${id.padEnd(4)}${what.slice(0, width - 5).padEnd(width - 4)}`,
        String(own.length).padStart(6),
        String(repetitions).padStart(7),
        ...shown,
      ].join(""),
    );
  }
  return { lines: [...lines, ...LEGEND], failures };
}

/** Reads what tests recorded in a folder. */
export function readRecords(folder: string): FaultRecord[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as FaultRecord),
  );
}

/** The outcomes in vitest's JSON report. */
export function readVitestOutcomes(report: {
  testResults: readonly { assertionResults: readonly { title: string; status: string; ancestorTitles?: readonly string[] }[] }[];
}): TestOutcome[] {
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      // The ids may stand in front of a group of tests.
      .flatMap(({ title, status, ancestorTitles = [] }) =>
        [title, ...ancestorTitles].map((each) => ({ title: each, passed: status === "passed" })),
      ),
  );
}

interface Suite {
  suites?: readonly Suite[];
  specs?: readonly { title: string; ok: boolean }[];
}

/** The outcomes in Playwright's JSON report. */
export function readPlaywrightOutcomes({ suites = [], specs = [] }: Suite): TestOutcome[] {
  return [...specs.map(({ title, ok }) => ({ title, passed: ok })), ...suites.flatMap(readPlaywrightOutcomes)];
}

/** Null where nothing was measured. */
function sumOf(counts: readonly (number | undefined)[]): number | null {
  const measured = counts.filter((count) => count !== undefined);
  return measured.length === 0 ? null : measured.reduce((sum, count) => sum + count, 0);
}
