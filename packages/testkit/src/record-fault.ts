import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** What one test saw of a fault it injected. Counts of losses are measured, never assumed; one that was not looked at is absent. */
export interface FaultRecord {
  /** Its id in `docs/invariants.md`, such as `F11`. */
  fault: string;
  /** How often the fault was injected. */
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

/**
 * Adds a line to the table of faults that `npm test` and `npm run test:soak` print at the end. Does nothing in a test that is run alone. The
 * folder comes in `BOOCODE_FAULTS_DIR`.
 */
export function recordFault(record: FaultRecord): void {
  const folder = process.env["BOOCODE_FAULTS_DIR"];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  // A file for each process: lines of several would mix.
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(record)}\n`);
}

/** What the oracle says, by what was lost. The order decides: the first that fits. */
const KINDS: readonly [keyof Omit<FaultRecord, "fault" | "repetitions">, RegExp][] = [
  ["orphans", /^Process \d+ was left behind/],
  ["leakedHandles", /^The lock .* was left behind/],
  ["bytesLost", /^The acknowledged write/],
  ["stuckTurns", / says that it runs$| ends$|, its end says | is open$/],
  ["eventsLost", /./],
];

/** As {@link recordFault}, with losses counted from the sentences of `judgeDataDirectory`. */
export function recordJudged(fault: string, repetitions: number, problems: readonly string[]): void {
  const counts = { eventsLost: 0, bytesLost: 0, stuckTurns: 0, orphans: 0, leakedHandles: 0 };
  for (const problem of problems) counts[KINDS.find(([, pattern]) => pattern.test(problem))![0]] += 1;
  recordFault({ fault, repetitions, ...counts });
}
