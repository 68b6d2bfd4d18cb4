import { decideSpokenLimit } from "@boocode/shared/agents/limits/decide-spoken-limit";
import { decideUsageLimit, mayBeLimit } from "@boocode/shared/agents/limits/decide-usage-limit";
import type { AgentId, EpochMs } from "@boocode/shared/ids";
import { cutText } from "@boocode/shared/text/cut-text";
import type { TaskEnd } from "./end-task.ts";

export interface LimitContext {
  now: EpochMs;
  agent: AgentId;
  /** What the agent said last. Null for an agent whose words are all its model's: BooCode's own, which is told of limits by its model's server. */
  lastWords: string | null;
  /** What the person asked. */
  prompt: string;
}

const MAX_MESSAGE_CHARS = 4_000;

/**
 * Recognises a turn that ended at a usage limit with a named end: in the agent's or the model server's own words of a failure, or in the
 * agent's last words, which some agents end as an ordinary answer.
 */
export function noteLimit(end: TaskEnd, { now, agent, lastWords, prompt }: LimitContext): TaskEnd {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const reader = { now, timeZone };
  const isFailed = end.state === "failed" && mayBeLimit(end.cause);
  if (!isFailed && end.state !== "completed") return end;
  const { message = "", stderrTail = "", httpStatus, resetsAt } = end.evidence ?? {};
  const failed = isFailed ? decideUsageLimit({ httpStatus, text: `${message}\n${stderrTail}` }, reader) : null;
  const named = resetsAt === undefined || !isFailed ? failed : { resetsAt };
  const toEnd = (evidence: NonNullable<TaskEnd["evidence"]>): TaskEnd => ({ ...end, state: "failed", cause: "usage_limit", evidence });
  if (named !== null) return toEnd({ ...end.evidence, resetsAt: named.resetsAt });
  const spoken = lastWords === null ? null : decideSpokenLimit({ agent, text: lastWords, prompt }, reader);
  if (spoken === null || lastWords === null) return end;
  return toEnd({ ...end.evidence, message: cutText(message || lastWords.trim(), MAX_MESSAGE_CHARS), resetsAt: spoken.resetsAt });
}
