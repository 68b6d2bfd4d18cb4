import type { TaskCause, TaskEndState, TaskEvidence } from "@boocode/shared/tasks/task";
import { formatMoment } from "./format-moment.ts";

/** The text for a turn that did not end well, with the one `action` offered. */
export interface CauseWords {
  title: string;
  /** What was kept and what to do, in one or two sentences. */
  hint: string;
  /**
   * `continue` asks the agent to go on from where it stopped; `retry` sends the same prompt again; `look_again` does that after the
   * daemon has searched for agents again, which also starts an agent at once that the daemon would not restart for a while; `continue_then`
   * goes on when the usage limit resets, or now.
   */
  action: "continue" | "retry" | "look_again" | "continue_then";
  /** True if a setting may fix the cause. */
  offersSettings?: true;
}

/** Another program's message about the failure. */
export interface CauseQuote {
  /** The source of the message. */
  by: string;
  text: string;
}

/** The text for a task's cause, defined only here. A new cause does not compile without a text. */
export function explainCause(cause: TaskCause): CauseWords {
  switch (cause) {
    case "stopped_by_person":
      return { title: "Stopped by you", hint: "Everything it had done is kept.", action: "continue" };
    case "steered":
      return { title: "Given to the running turn", hint: "The agent was given it in the middle of its turn.", action: "retry" };
    case "daemon_restart":
      return {
        title: "Interrupted by a restart",
        hint: "BooCode was restarted while the agent was working. Everything it said and every file it changed is kept.",
        action: "continue",
      };
    case "daemon_shutdown":
      return {
        title: "Interrupted by shutting down",
        hint: "BooCode was shut down while the agent was working. Everything it said and every file it changed is kept.",
        action: "continue",
      };
    case "agent_error":
      return {
        title: "The agent reported an error",
        hint: "What it had done is kept. If needed, the next prompt restarts it.",
        action: "retry",
      };
    case "agent_exit":
      return {
        title: "The agent's process ended",
        hint: "It ended in the middle of the turn. What it had done is kept; the next prompt restarts it.",
        action: "continue",
      };
    case "agent_unavailable":
      return {
        title: "The agent could not be started",
        hint: "It is not installed, did not answer, or ended so often that BooCode pauses before starting it again. Trying again looks for it and starts it at once.",
        action: "look_again",
      };
    case "login_required":
      return {
        title: "The agent needs you to log in",
        hint: "Run it once in a terminal and log in there, then try again. Nothing you wrote is lost.",
        action: "look_again",
      };
    case "protocol_error":
      return {
        title: "The agent's output could not be understood",
        hint: "What it wrote is not in the form that BooCode expects of it. Check how it is started and its version; the next prompt restarts it.",
        action: "retry",
      };
    case "model_unreachable":
      return {
        title: "The model could not be reached",
        hint: "Nothing answers at its address. Check that the endpoint is running, then try again.",
        action: "retry",
        offersSettings: true,
      };
    case "model_refused":
      return {
        title: "The model refused the request",
        hint: "Its endpoint answered but rejected the request. Most often the key is missing or wrong, or the endpoint does not have the model.",
        action: "retry",
        offersSettings: true,
      };
    case "model_rate_limited":
      return {
        title: "The model is limiting requests",
        hint: "Too many were sent in a short time. Wait a moment, then try again.",
        action: "retry",
      };
    case "usage_limit":
      return {
        title: "Usage limit reached",
        hint: "What it had done is kept. Messages that wait for this agent wait until the limit resets; other agents go on.",
        action: "continue_then",
      };
    case "model_failed":
      return {
        title: "The model's server failed",
        hint: "It answered with an error. Trying again often helps.",
        action: "retry",
      };
    case "model_garbage":
      return {
        title: "The model's answer could not be read",
        hint: "What came back is not what an OpenAI-compatible endpoint sends. Check the endpoint's address.",
        action: "retry",
      };
    case "model_stalled":
      return {
        title: "The model stopped answering",
        hint: "No output arrived for too long. What it had said is kept.",
        action: "continue",
      };
    case "model_stream_broken":
      return {
        title: "The model's answer broke off",
        hint: "The connection was lost in the middle of it. What it had said is kept.",
        action: "continue",
      };
    case "model_length":
      return {
        title: "The answer reached the model's limit",
        hint: "The answer reached the model's output limit and stops in the middle. What it had said is kept; no incomplete tool call was run.",
        action: "continue",
      };
    case "model_filtered":
      return {
        title: "The answer was held back",
        hint: "The model's provider filtered it. What came before is kept. Rephrase the prompt or try another model.",
        action: "retry",
      };
    case "model_empty":
      return {
        title: "The model's answer was empty",
        hint: "It ended without text and without a tool call. Trying again often helps, and so does another model.",
        action: "retry",
      };
    case "answer_too_long":
      return {
        title: "The answer did not end",
        hint: "It was longer than BooCode stores for one turn, so the turn was stopped. What was said until then is kept, up to the size limits.",
        action: "continue",
      };
    case "step_limit":
      return {
        title: "Stopped after many steps",
        hint: "The turn reached its limit of steps. Everything done is kept.",
        action: "continue",
      };
    case "skill_unusable":
      return {
        title: "The skill could not be used",
        hint: "Nothing was sent to the agent. Call another skill, or send the prompt without it.",
        action: "retry",
      };
    case "worktree_failed":
      return {
        title: "The session's worktree could not be used",
        hint: "Git could not make or read it. Nothing was changed in your own checkout.",
        action: "retry",
      };
    case "worktree_gone":
      return {
        title: "The session's worktree is gone",
        hint: "Its folder was moved, deleted or replaced outside BooCode while the agent was working. Everything up to the last checkpoint is kept. Repair the worktree, then continue.",
        action: "continue",
      };
    case "project_not_trusted":
      return {
        title: "The repository is not trusted",
        hint: "This agent runs what the repository configures and cannot start without it. Review the files and trust them, or choose another agent.",
        action: "retry",
      };
    case "storage_failed":
      return {
        title: "The work could not be recorded",
        hint: "BooCode could not write to its database: the disk may be full. Files changed so far are in the worktree.",
        action: "continue",
      };
    case "internal":
      return {
        title: "Something went wrong in BooCode",
        hint: "This is a bug in BooCode. What the agent had done is kept; details are below and in the log.",
        action: "retry",
      };
  }
}

/** The source of a failure's message, for causes whose message says more than our text. */
const SPEAKERS: Partial<Record<TaskCause, string>> = {
  agent_error: "The agent says",
  agent_exit: "The agent's last output",
  agent_unavailable: "What happened",
  login_required: "It offers",
  skill_unusable: "What happened",
  protocol_error: "What happened",
  model_unreachable: "What happened",
  model_refused: "The model says",
  model_rate_limited: "The model says",
  usage_limit: "The agent says",
  model_failed: "The model says",
};

/** The message of the failed model or agent, quoted in the failure; null if there is none. */
export function quoteCause({ cause, evidence }: { cause: TaskCause | null; evidence: TaskEvidence | null }): CauseQuote | null {
  const by = cause === null ? undefined : SPEAKERS[cause];
  const text = (evidence?.message ?? (cause === "agent_exit" ? evidence?.stderrTail : undefined))?.trim();
  return by === undefined || !text ? null : { by, text };
}

const WITHOUT_CAUSE: Record<Exclude<TaskEndState, "completed">, CauseWords> = {
  failed: { title: "Failed", hint: "The turn ended with an error. What was done is kept.", action: "retry" },
  cancelled: { title: "Stopped", hint: "It was stopped. Everything it had done is kept.", action: "continue" },
  interrupted: { title: "Interrupted", hint: "The turn was cut off. Everything it had done is kept.", action: "continue" },
};

/**
 * The text for the footer of a turn, or null if it completed. `hasOutput` is whether the agent did anything: if it did
 * not, there is nothing to continue, so the action sends the same prompt again. `now` is compared with the end of a usage limit.
 */
export function explainEnd(
  end: { state: TaskEndState; cause: TaskCause | null; durationMs: number | null; evidence?: TaskEvidence | null },
  hasOutput: boolean,
  now = 0,
): CauseWords | null {
  if (end.state === "completed") return null;
  const words = end.cause ? explainCause(end.cause) : WITHOUT_CAUSE[end.state];
  const resetsAt = end.evidence?.resetsAt;
  if (end.cause === "usage_limit" && resetsAt !== undefined) return explainLimit(words, resetsAt, hasOutput, now);
  if (hasOutput) return words;
  if (end.state === "cancelled" && end.durationMs === null) {
    return { title: "Stopped before it started", hint: "The agent was never asked.", action: "retry" };
  }
  return words.action === "continue" ? { ...words, action: "retry" } : words;
}

/** Says until when a usage limit lasts; once it is over, the turn goes on like any other. */
function explainLimit(words: CauseWords, resetsAt: number, hasOutput: boolean, now: number): CauseWords {
  if (resetsAt > now) return { ...words, title: `Usage limit reached: waits until ${formatMoment(resetsAt, now)}` };
  const hint = "What it had done is kept. The limit has reset.";
  return { title: "A usage limit was reached", hint, action: hasOutput ? "continue" : "retry" };
}
