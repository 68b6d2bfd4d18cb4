import { cutMiddle } from "@boocode/shared/models/fit-history";
import { SUB_TASK_LIMITS } from "@boocode/shared/models/decide-loop-step";
import { PartWriter } from "./part-writer.ts";
import { runLoop, type LoopEnd, type LoopInput } from "./run-loop.ts";
import { SUB_TASK_TOOLBOXES } from "./tools/toolbox.ts";
import { ToolRefused, type ToolOutcome } from "./tools/tool.ts";
import { toEvidence, toModelFailure } from "./wire/model-failure.ts";

const MAX_ANSWER_CHARACTERS = 32_000;

export interface SubTaskInput {
  /** The loop of the turn: the sub-task has its model, place, limits, and stop. */
  turn: Omit<LoopInput, "messages" | "parts" | "limits" | "turn" | "toolbox" | "instructions">;
  /** What the model is told of the project, as in the turn. */
  guide: string;
  /** The call that the sub-task belongs to. */
  callId: string;
  prompt: string;
  /** How many requests to the model are left for the turn's sub-tasks. */
  stepsLeft: number;
}

/**
 * Runs a sub-task in a context of its own. Its tool calls are shown inside the call that began it; what it says is only its answer.
 *
 * Throws `ToolRefused` if it fails, or the abort's reason.
 */
export async function runSubTask({ turn, guide, callId, prompt, stepsLeft }: SubTaskInput): Promise<ToolOutcome> {
  if (stepsLeft < SUB_TASK_LIMITS.minSteps) throw new ToolRefused("the sub-tasks of this turn have used all their steps. Do it yourself");
  const toolbox = SUB_TASK_TOOLBOXES[turn.place.mode];
  const ended = await runLoop({
    ...turn,
    toolbox,
    instructions: toolbox.instructions + guide,
    messages: [{ role: "user", content: prompt }],
    parts: new PartWriter(() => {}),
    limits: { maxSteps: Math.min(SUB_TASK_LIMITS.maxSteps, stepsLeft), maxChars: SUB_TASK_LIMITS.maxChars, answersAtLimit: true },
    turn: null,
    emit: (event) => turn.emit(event.type === "tool.started" ? { ...event, parentCallId: callId } : event),
  }).catch((error: unknown): LoopEnd => {
    turn.signal.throwIfAborted();
    const failure = toModelFailure(error);
    if (failure.taskCause === "internal") turn.logger.error({ err: error }, "A sub-task failed unexpectedly");
    const { apiKey } = turn.model.endpoint;
    const { message } = toEvidence(failure, apiKey ? [apiKey] : []);
    return { kind: "failed", cause: failure.taskCause, message: message ?? "it failed for an unknown reason" };
  });
  if (ended.kind === "failed") throw new ToolRefused(`the sub-task failed: ${ended.message}`);
  if (ended.text === "") throw new ToolRefused("the sub-task ended without an answer");
  const answer = cutMiddle(ended.text, MAX_ANSWER_CHARACTERS);
  return { forModel: answer, result: { output: answer } };
}
