import { appendFileSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { faultScene } from "./faults/fault-scene.ts";

/** What one test saw of a fault it injected. Counts of losses are measured, never assumed; one that was not looked at is absent. */
export interface FaultRecord {
  /** Its id in `docs/invariants.md`, such as `F11`. */
  fault: string;
  /** How often the fault was injected. 0: counted by another record. */
  repetitions: number;
  /** Acknowledged events that were not there afterwards, or came twice. */
  eventsLost?: number;
  /** Bytes of acknowledged work that were not there afterwards. */
  bytesLost?: number;
  /** Turns without exactly one end. */
  stuckTurns?: number;
  /** Processes that were left behind. */
  orphans?: number;
  /** Descriptors, locks and temporary files that were left behind. */
  leakedHandles?: number;
}

/** What a fault may cost. */
export type Loss = keyof Omit<FaultRecord, "fault" | "repetitions">;

const LOSSES: readonly Loss[] = ["eventsLost", "bytesLost", "stuckTurns", "orphans", "leakedHandles"];

/**
 * Adds a line to the table of faults that `npm test` and `npm run test:soak` print at the end. Does nothing in a test that is run alone. The
 * folder comes in `BOOCODE_FAULTS_DIR`.
 */
export function recordFault(record: FaultRecord): void {
  openRecords();
  for (const loss of LOSSES) if (record[loss] !== undefined) faultScene()?.counted.add(`${record.fault} ${loss}`);
  if (records !== null) appendFileSync(records, `${JSON.stringify(record)}\n`);
}

let records: number | null = null;

/** Opens the file that {@link recordFault} writes to, for a test that goes on as a user who may not. */
export function openRecords(): void {
  const folder = process.env["BOOCODE_FAULTS_DIR"];
  if (!folder || records !== null) return;
  mkdirSync(folder, { recursive: true });
  // A file for each process: lines of several would mix.
  records = openSync(join(folder, `${process.pid}.jsonl`), "a");
}

/** What the oracle says, by what was lost. The order decides: the first that fits. */
const KINDS: readonly [Loss, RegExp][] = [
  ["orphans", /^Process \d+ was left behind/],
  ["leakedHandles", /^The lock .* was left behind/],
  ["bytesLost", /^The (?:acknowledged write|recorded work)/],
  ["stuckTurns", / says that it runs$| ends$|, its end says | is open$/],
  ["eventsLost", /./],
];

/** Counts losses by kind from the oracle's sentences. */
export function countLosses(problems: readonly string[]): Record<Loss, number> {
  const counts = { eventsLost: 0, bytesLost: 0, stuckTurns: 0, orphans: 0, leakedHandles: 0 };
  for (const problem of problems) counts[KINDS.find(([, pattern]) => pattern.test(problem))![0]] += 1;
  return counts;
}

/** As {@link recordFault}, with losses counted from the sentences of `judgeDataDirectory`. `unseen`: what was not looked at. */
export function recordJudged(fault: string, repetitions: number, problems: readonly string[], unseen: readonly Loss[] = []): void {
  const seen = Object.entries(countLosses(problems)).filter(([loss]) => !unseen.includes(loss as Loss));
  recordFault({ fault, repetitions, ...Object.fromEntries(seen) });
}
