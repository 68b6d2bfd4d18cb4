import type { EpochMs } from "../ids.ts";
import type { Settings } from "../settings/settings.ts";
import type { Task } from "./task.ts";

/** After a limit resets by the server's clock, this much longer is waited. */
const MARGIN_MS = 5_000;

/** A task that goes on with a turn that a usage limit ended: not before `notBefore`, and then `left` more times by itself. */
export interface Continuation {
  notBefore: EpochMs;
  left: number;
}

type LimitedTask = Pick<Task, "cause" | "evidence" | "continuesLeft" | "kind">;
type LimitSettings = Pick<Settings, "continueAfterLimit" | "continueAfterLimitTimes">;

/** Returns the time before which tasks that a usage limit concerns do not start; null if the task did not meet one. */
export function limitedUntil({ cause, evidence }: Pick<Task, "cause" | "evidence">): EpochMs | null {
  return cause === "usage_limit" && evidence?.resetsAt !== undefined ? evidence.resetsAt + MARGIN_MS : null;
}

/**
 * Decides whether a turn that ended is continued when its usage limit resets; null if not.
 *
 * `byPerson`: a person asked for it; it is then continued as often in a row as the settings say. By itself, a turn is continued only if the
 * setting is on, or if it is itself such a continuation with some left.
 */
export function decideContinuation(task: LimitedTask, settings: LimitSettings, byPerson: boolean): Continuation | null {
  const notBefore = limitedUntil(task);
  if (notBefore === null || task.kind === "agent") return null;
  if (byPerson) return { notBefore, left: settings.continueAfterLimitTimes - 1 };
  const left = task.continuesLeft ?? (settings.continueAfterLimit ? settings.continueAfterLimitTimes : 0);
  return left > 0 ? { notBefore, left: left - 1 } : null;
}
