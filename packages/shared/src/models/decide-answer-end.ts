import type { TaskCause } from "../tasks/task.ts";

/** The facts about a model's complete answer. */
export interface AnswerFacts {
  /** The server's finish reason; null if it sent none. */
  finish: string | null;
  hasText: boolean;
  hasThought: boolean;
  /** The number of tool calls that can be executed. */
  calls: number;
  /** The number of tool calls with unreadable arguments, which are usually cut off. */
  brokenCalls: number;
  /** Whether tools ran earlier in the turn. */
  hasActed: boolean;
}

/** What happens after an answer. `quiet`: the turn is over although the last answer is empty. */
export type AnswerEnd =
  | { kind: "run_calls" }
  | { kind: "complete"; isQuiet: boolean }
  | { kind: "fail"; cause: TaskCause; message: string };

/** The finish reasons servers send for an answer that hit a limit, was withheld, or failed. Any other is a normal end. */
const LENGTH =
  /^(?:length|(?:model_|max_)?(?:length|tokens|output_tokens)|max_(?:new_|completion_)?tokens|(?:model_)?context_(?:length|window)(?:_exceeded)?)$/;
const FILTER = /filter|safety|recitation|refus|block|prohibited|sensitive|moderation|policy|spii/;
const ERROR = /error|fail|abort|cancel|insufficient|timeout|timed_out|malformed|unavailable|overload|exception|interrupt/;

/**
 * Decides what happens after an answer.
 *
 * A tool call cut off at a limit never runs, and neither does any call beside it, because the model's intent is not known. A call that is
 * malformed for another reason is reported to the model, which can repeat it. A withheld, failed or empty answer does not complete the
 * turn.
 */
export function decideAnswerEnd(answer: AnswerFacts): AnswerEnd {
  const finish = (answer.finish ?? "").toLowerCase().replaceAll(/[\s-]+/g, "_");
  const { calls, brokenCalls, hasText, hasThought } = answer;
  if (FILTER.test(finish)) {
    return { kind: "fail", cause: "model_filtered", message: `The model's provider withheld the answer (${answer.finish}).` };
  }
  if (ERROR.test(finish)) {
    return { kind: "fail", cause: "model_failed", message: `The model ended its answer with “${answer.finish}” and gave no reason.` };
  }
  if (LENGTH.test(finish) && (brokenCalls > 0 || calls === 0)) {
    return {
      kind: "fail",
      cause: "model_length",
      message:
        brokenCalls > 0
          ? "The answer reached the model's length limit in the middle of a tool call. The call did not run."
          : "The answer stopped at the model's length limit.",
    };
  }
  if (calls + brokenCalls > 0) return { kind: "run_calls" };
  if (hasText) return { kind: "complete", isQuiet: false };
  if (answer.hasActed) return { kind: "complete", isQuiet: true };
  return {
    kind: "fail",
    cause: "model_empty",
    message: hasThought ? "The model stopped after thinking, without an answer." : "The model's answer was empty.",
  };
}
