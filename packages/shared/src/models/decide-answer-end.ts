import type { TaskCause } from "../tasks/task.ts";

/** What is known of a model's answer once it is whole. */
export interface AnswerFacts {
  /** The server's own word for why it ended; null where it gave none. */
  finish: string | null;
  hasText: boolean;
  hasThought: boolean;
  /** Tool calls that can be carried out. */
  calls: number;
  /** Tool calls whose arguments cannot be read: most often they are cut off. */
  brokenCalls: number;
  /** Tools ran earlier in the turn. */
  hasActed: boolean;
}

/** What follows from an answer. `quiet`: it is over, and its last answer says nothing. */
export type AnswerEnd =
  | { kind: "run_calls" }
  | { kind: "complete"; isQuiet: boolean }
  | { kind: "fail"; cause: TaskCause; message: string };

/** The words servers have for an answer that stopped at a limit, was withheld, or broke. Everything else is a good end. */
const LENGTH =
  /^(?:length|(?:model_|max_)?(?:length|tokens|output_tokens)|max_(?:new_|completion_)?tokens|(?:model_)?context_(?:length|window)(?:_exceeded)?)$/;
const FILTER = /filter|safety|recitation|refus|block|prohibited|sensitive|moderation|policy|spii/;
const ERROR = /error|fail|abort|cancel|insufficient|timeout|timed_out|malformed|unavailable|overload|exception|interrupt/;

/**
 * Decides what comes after an answer.
 *
 * A call that is cut off at a limit never runs, and neither does one beside it: what the model meant is not known. One that is broken for
 * another reason is told to the model, which can make it again. An answer that is withheld, broken or empty is no completed turn.
 */
export function decideAnswerEnd(answer: AnswerFacts): AnswerEnd {
  const finish = (answer.finish ?? "").toLowerCase().replaceAll(/[\s-]+/g, "_");
  const { calls, brokenCalls, hasText, hasThought } = answer;
  if (FILTER.test(finish)) {
    return { kind: "fail", cause: "model_filtered", message: `The model's provider held back the answer (${answer.finish}).` };
  }
  if (ERROR.test(finish)) {
    return { kind: "fail", cause: "model_failed", message: `The model ended its answer with “${answer.finish}” and no further words.` };
  }
  if (LENGTH.test(finish) && (brokenCalls > 0 || calls === 0)) {
    return {
      kind: "fail",
      cause: "model_length",
      message:
        brokenCalls > 0
          ? "The answer reached the model's limit of length in the middle of a tool call. The call did not run."
          : "The answer reached the model's limit of length, and stops there.",
    };
  }
  if (calls + brokenCalls > 0) return { kind: "run_calls" };
  if (hasText) return { kind: "complete", isQuiet: false };
  if (answer.hasActed) return { kind: "complete", isQuiet: true };
  return {
    kind: "fail",
    cause: "model_empty",
    message: hasThought ? "The model thought, and ended without an answer." : "The model's answer was empty.",
  };
}
