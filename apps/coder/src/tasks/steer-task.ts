import { findTask, findTaskByPromptId } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { PromptId } from "@boocode/shared/ids";
import { decideSteer } from "@boocode/shared/tasks/decide-steer";
import type { Steered, SteerInput, Task } from "@boocode/shared/tasks/task";
import { newId } from "../platform/new-id.ts";
import { sendPrompt, type SendPromptDeps } from "./send-prompt.ts";

/**
 * Accepts words for a running turn. They are stored as the first prompt of the queue before the agent is asked, so they are never lost: once
 * the agent takes them, they end as `steered` and stand in that turn; if the turn ends before, they run as the prompt that they are.
 *
 * Faults: `task_not_found`, `steer_unsupported`, those of {@link sendPrompt}.
 */
export async function steerTask(deps: SendPromptDeps, input: SteerInput): Promise<Steered> {
  const { db, dispatcher, time } = deps;
  const known = input.promptId === undefined ? null : await findTaskByPromptId(db.read, input.promptId);
  if (known !== null && known.text === input.text) return toSteered(known);
  const turn = await findTask(db.read, input.taskId);
  const decision = decideSteer({ task: turn, canSteer: dispatcher.canSteer(input.taskId) }, input.taskId);
  if (decision.kind === "refuse") throw new DomainError(decision.fault);
  if (turn === null) throw new DomainError({ kind: "task_not_found", taskId: input.taskId });
  const { chatId, agent, model, mode } = turn;
  const promptId = input.promptId ?? PromptId.parse(newId("prompt", time.now()));
  const prompt = { promptId, chatId, agent, model, mode, text: input.text, commentIds: input.commentIds };
  const sent = await sendPrompt(deps, prompt, decision.kind === "give" ? decision.into : null);
  dispatcher.steer(input.taskId);
  const accepted = await findTask(db.read, sent.taskId);
  return accepted ? toSteered(accepted) : { ...sent, into: null };
}

const toSteered = ({ id, chatId, acceptedSeq, steers }: Task): Steered => ({ taskId: id, chatId, seq: acceptedSeq, into: steers });
