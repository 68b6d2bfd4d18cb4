import type { Logger } from "../platform/logger.ts";
import { findProcessesByMarker, killTree, type ProcessIdentity } from "../platform/processes/process.ts";
import { SYSTEM_TABLE } from "../platform/processes/table/system-table.ts";

/** Every process started by this installation inherits these two markers, even if it changes its group or parent. */
export const INSTALL_MARKER = "BOOCODE_INSTALL_ID";
export const RUN_MARKER = "BOOCODE_RUN_ID";

export interface ReapInput {
  installId: string;
  /** The id of this run of the daemon: a process with this marker is not an orphan. */
  runId: string;
  logger: Logger;
}

/**
 * Ends the processes that an earlier run of this installation left behind; returns them.
 *
 * Call it once, after the instance lock is held: only then is every other run known to be over. A process is recognised by both markers in
 * its environment and is ended by pid and start time. This process and its ancestors are never ended.
 */
export async function reapOrphans(input: ReapInput): Promise<ProcessIdentity[]> {
  const marked = await findProcessesByMarker(INSTALL_MARKER, input.installId).catch((error: unknown) => {
    input.logger.warn({ err: error }, "The system does not list its processes: those that an earlier run left behind are not ended");
    return [];
  });
  if (marked.length === 0) return [];
  // Listed after the others, so that processes started by this run between the two scans are spared.
  const [current, ancestors] = await Promise.all([findProcessesByMarker(RUN_MARKER, input.runId), listAncestors()]);
  const spared = new Set([...current.map(({ pid }) => pid), ...ancestors]);
  const orphans = marked.filter(({ pid }) => !spared.has(pid));
  const gone = await Promise.all(orphans.map(({ pid, startTime }) => killTree(pid, startTime)));
  orphans.forEach((orphan, index) => {
    if (gone[index]) input.logger.info({ ...orphan }, "Ended a process that an earlier run left behind");
    else input.logger.warn({ ...orphan }, "A process that an earlier run left behind could not be ended");
  });
  return orphans.filter((_, index) => gone[index]);
}

async function listAncestors(): Promise<Set<number>> {
  const parents = new Map((await SYSTEM_TABLE.list()).map(({ pid, parent }) => [pid, parent]));
  const ancestors = new Set([process.pid]);
  for (let pid = process.ppid; pid > 0 && !ancestors.has(pid); pid = parents.get(pid) ?? 0) ancestors.add(pid);
  return ancestors;
}
