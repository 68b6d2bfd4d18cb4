import type { SessionId } from "@boocode/shared/ids";
import type { RiskProcess } from "@boocode/shared/worktrees/risk-report";
import type { ProcessTable } from "../platform/processes/table/process-table.ts";
import { SYSTEM_TABLE } from "../platform/processes/table/system-table.ts";
import type { BackgroundProcesses } from "./background-processes.ts";
import { RUN_MARKER } from "./reap-orphans.ts";

export interface LiveProcessesDeps {
  background: Pick<BackgroundProcesses, "list">;
  /** Lists what runs in a session's terminals besides idle shells. Rejects if the system does not say. */
  listInTerminals(sessionId: SessionId): Promise<RiskProcess[]>;
  table?: ProcessTable;
}

/**
 * Lists the processes that would lose their ground with a session or a folder: the session's background processes, what runs
 * in its terminals, and whatever else the person started that works in the folder. A shell that waits for a command, an agent that waits for its next turn, and BooCode's own git, do not count. Rejects if the system does
 * not say.
 */
export async function listLiveProcesses(
  { background, listInTerminals, table = SYSTEM_TABLE }: LiveProcessesDeps,
  sessionId: SessionId | null,
  folder: string | null,
): Promise<RiskProcess[]> {
  const left = sessionId === null ? [] : (await background.list(sessionId)).map(({ pid, command }) => ({ pid, name: command }));
  const own = [...left, ...(sessionId === null ? [] : (await listInTerminals(sessionId)).map(({ pid, name }) => ({ pid, name })))];
  const inFolder = folder === null ? [] : (await table.listWorkingIn(folder)).filter(({ pid }) => pid !== process.pid);
  // Looked for second, so that a program that was just being started has its marks.
  const marked = inFolder.length === 0 ? [] : await table.listMarked(RUN_MARKER);
  const known = new Set([...own, ...marked].map(({ pid }) => pid));
  const others = await Promise.all(
    inFolder.filter(({ pid }) => !known.has(pid)).map(async (one) => ((await table.find(one.pid))?.isZombie === false ? one : null)),
  );
  return [...own, ...others.filter((one) => one !== null)].toSorted((a, b) => a.pid - b.pid);
}
