import { newMessageId } from "../wire/message-id.ts";
import type { TurnChoice, TurnDeps, TurnInput } from "./turn-ports.ts";

/** A turn that may take words of the person. */
export interface SteeredTurn {
  deps: TurnDeps;
  input: TurnInput;
  choice: TurnChoice;
  /** True while opencode works on it, and nobody has asked to stop it. */
  isUnderWay(): boolean;
}

/**
 * Gives a turn the words that `take` returns; false if it is not under way, `take` returns null, or opencode does not take them. opencode has
 * them before its next request to the model, in a message that belongs to the same task. Never rejects.
 */
export async function steerTurn(turn: SteeredTurn, take: () => Promise<string | null>, now: number): Promise<boolean> {
  const { deps, input } = turn;
  const { model, mode } = turn.choice;
  const text = turn.isUnderWay() ? await take() : null;
  if (text === null || !turn.isUnderWay()) return false;
  const promptId = newMessageId(now, { sessionId: deps.sessionId, taskId: input.prompt.taskId });
  const send = () => deps.client.steer(deps, { promptId, text, model, mode });
  // Sent again, the same message changes nothing.
  const sent = send().catch(send);
  return await sent.then(
    () => true,
    () => false,
  );
}
