import type { Agent } from "@boocode/shared/agents/agent";
import { PLAN_MODE, REVIEW_MODE } from "@boocode/shared/agents/native-modes";
import type { PromptItem, TurnEndItem } from "@boocode/shared/chats/transcript";

export interface PlanOffer {
  /** The mode in which the plan would be carried out. */
  mode: string;
  label: string;
}

const NOTHING: readonly PlanOffer[] = [];

/**
 * Returns the ways to carry out the plan that a turn ended with: in the agent's first mode that is not a plan, and in review where it has
 * that. Empty if the turn was no plan or did not complete.
 */
export function offerPlan(
  prompt: Pick<PromptItem, "mode"> | undefined,
  end: Pick<TurnEndItem, "state">,
  agent: Pick<Agent, "available" | "modes"> | undefined,
): readonly PlanOffer[] {
  if (prompt?.mode !== PLAN_MODE.id || end.state !== "completed" || !agent?.available) return NOTHING;
  const modes = agent.modes.filter(({ id }) => id !== PLAN_MODE.id);
  const [first] = modes;
  const review = modes.slice(1).find(({ id }) => id === REVIEW_MODE.id);
  return [
    ...(first ? [{ mode: first.id, label: "Do it" }] : []),
    ...(review ? [{ mode: review.id, label: `Do it in ${review.label}` }] : []),
  ];
}
