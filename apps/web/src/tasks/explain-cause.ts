import type { TaskCause, TaskEndState, TaskEvidence } from "@boocode/shared/tasks/task";

/** Words for how a turn ended otherwise than well. `action` is the one thing offered beside them. */
export interface CauseWords {
  title: string;
  /** What was kept, and what to do: one or two sentences. */
  hint: string;
  /**
   * `continue` asks the agent to go on from where it stopped; `retry` sends the same prompt again; `look_again` does so after the
   * daemon has looked for its agents anew, which also starts one at once that it would leave alone for a while.
   */
  action: "continue" | "retry" | "look_again";
  /** What can be set is in the settings. */
  offersSettings?: true;
}

/** What another program said of the failure, in its own words. */
export interface CauseQuote {
  /** Who said it, or what it is. */
  by: string;
  text: string;
}

/** The one place with the words for a task's cause. A new cause does not compile until it has some. */
export function explainCause(cause: TaskCause): CauseWords {
  switch (cause) {
    case "stopped_by_person":
      return { title: "Stopped", hint: "You stopped it. Everything it had done is kept.", action: "continue" };
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
        title: "The agent wants you to log in",
        hint: "Run it once in a terminal and log in there, then try again. Nothing you wrote is lost.",
        action: "look_again",
      };
    case "protocol_error":
      return {
        title: "The agent's output could not be understood",
        hint: "What it wrote is not the Agent Client Protocol. Check how it is started and its version; the next prompt restarts it.",
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
        hint: "Its endpoint answered, but did not take the request. Most often the key is missing or wrong, or it does not know the model.",
        action: "retry",
        offersSettings: true,
      };
    case "model_rate_limited":
      return {
        title: "The model is limiting requests",
        hint: "Too many were sent in a short time. Wait a moment, then try again.",
        action: "retry",
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
      return { title: "The model stopped answering", hint: "Nothing came for too long. What it had said is kept.", action: "continue" };
    case "model_stream_broken":
      return {
        title: "The model's answer broke off",
        hint: "The connection was lost in the middle of it. What it had said is kept.",
        action: "continue",
      };
    case "model_length":
      return {
        title: "The answer reached the model's limit",
        hint: "The answer was longer than the model may give at once and stops in the middle. What it had said is kept; no cut-off call was run.",
        action: "continue",
      };
    case "model_filtered":
      return {
        title: "The answer was held back",
        hint: "The model's provider filtered it. What came before is kept. Other words or another model may get an answer.",
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
        title: "The answer did not come to an end",
        hint: "It was longer than BooCode keeps of one turn, so the turn was stopped. What was said until then is kept, up to its limits.",
        action: "continue",
      };
    case "step_limit":
      return {
        title: "Stopped after many steps",
        hint: "The turn reached its limit of steps. Everything done is kept.",
        action: "continue",
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

/** Whose words a failure's message are, where they help more than ours. */
const SPEAKERS: Partial<Record<TaskCause, string>> = {
  agent_error: "The agent says",
  agent_exit: "The agent's last words",
  agent_unavailable: "What happened",
  login_required: "It offers",
  protocol_error: "What happened",
  model_unreachable: "What happened",
  model_refused: "The model says",
  model_rate_limited: "The model says",
  model_failed: "The model says",
};

/** The words of the model or the agent that failed, to stand in the failure itself; null where there are none. */
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
 * Words for the foot of a turn, or null where it completed. `hasOutput` is whether the agent did anything: where it did
 * not, there is nothing to go on from and the same prompt is sent again.
 */
export function explainEnd(
  end: { state: TaskEndState; cause: TaskCause | null; durationMs: number | null },
  hasOutput: boolean,
): CauseWords | null {
  if (end.state === "completed") return null;
  const words = end.cause ? explainCause(end.cause) : WITHOUT_CAUSE[end.state];
  if (hasOutput) return words;
  if (end.state === "cancelled" && end.durationMs === null) {
    return { title: "Stopped before it started", hint: "The agent was never asked.", action: "retry" };
  }
  return words.action === "continue" ? { ...words, action: "retry" } : words;
}
