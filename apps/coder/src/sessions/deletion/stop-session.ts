import type { Database } from "@boocode/db/database";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import type { SessionId } from "@boocode/shared/ids";
import type { RiskProcess } from "@boocode/shared/worktrees/risk-report";
import type { AgentPool } from "../../agents/agent-pool.ts";
import type { BackgroundProcesses } from "../../agents/background-processes.ts";
import type { Logger } from "../../platform/logger.ts";
import { pause, type Time } from "../../platform/time.ts";
import type { Dispatcher } from "../../tasks/dispatcher.ts";
import type { Tasks } from "../../tasks/tasks.ts";
import type { Terminals } from "../../terminals/terminals.ts";

export interface StopSessionDeps {
  db: Database;
  time: Pick<Time, "after">;
  logger: Logger;
  tasks: Pick<Tasks, "cancel">;
  dispatcher: Pick<Dispatcher, "settleSession">;
  pool: Pick<AgentPool, "endSession">;
  background: Pick<BackgroundProcesses, "endWhole">;
  terminals: Pick<Terminals, "endSession">;
}

/** How long turns and agents may take to end by themselves. Ending their processes takes the rest of five seconds. */
const PATIENCE_MS = 3_000;

/**
 * Stops everything of a session that goes away: its turn, its agents, its terminals, and every process that works for it. Returns the processes that did
 * not end. `cancelsTasks`: open tasks are cancelled; without it, nothing is stopped where one is open: the look that follows finds it.
 */
export async function stopSession(deps: StopSessionDeps, sessionId: SessionId, cancelsTasks: boolean): Promise<RiskProcess[]> {
  const { db, time, logger, tasks, dispatcher, pool, background, terminals } = deps;
  const open = await listOpenTasks(db.read, sessionId);
  // A task that was accepted just before the intent: nobody has agreed to stop it.
  if (open.length > 0 && !cancelsTasks) return [];
  // Last one first: cancelling the running task would start the next one.
  for (const task of open.toReversed()) await tasks.cancel(task.id);
  const ending = (async () => {
    await Promise.all([dispatcher.settleSession(sessionId), terminals.endSession(sessionId)]);
    await pool.endSession(sessionId);
  })();
  const warn = (error: unknown) => logger.warn({ err: error, sessionId }, "What ran in a session could not be stopped");
  await Promise.race([ending.catch(warn), pause(time, PATIENCE_MS)]);
  // What cannot be listed is found by the look that follows, which reports it as unknown.
  return background.endWhole(sessionId).catch((error: unknown) => {
    warn(error);
    return [];
  });
}
