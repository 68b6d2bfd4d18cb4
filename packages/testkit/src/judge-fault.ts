import { judgeDataDirectory, type Judged } from "./oracle.ts";
import { recordJudged, type Loss } from "./record-fault.ts";

/**
 * Judges a data directory after an injected fault, adds what was lost to the table of faults, and returns one sentence per loss. Bytes count
 * as looked at only where acknowledged writes are given, and locks only where no daemon runs; events always, and against what clients saw
 * where that is given.
 */
export async function judgeFault(fault: string, repetitions: number, judged: Judged): Promise<string[]> {
  const problems = await judgeDataDirectory(judged);
  const unseen: Loss[] = [];
  if (judged.writes === undefined) unseen.push("bytesLost");
  if (judged.daemonPid !== undefined) unseen.push("leakedHandles");
  recordJudged(fault, repetitions, problems, unseen);
  return problems;
}
