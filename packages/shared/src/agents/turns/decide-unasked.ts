/** An update an agent sends while none of its session's prompts is open. */
export interface UnaskedUpdate {
  /** The kind of update, by its ACP name. */
  kind: string;
  /** Whether it contains text: an empty chunk only carries counts. */
  hasText: boolean;
}

/** `begin`: the agent started an activity of its own. `pass`: nothing to show. */
export type UnaskedDecision = "begin" | "pass";

const ACTIVITIES: ReadonlySet<string> = new Set(["tool_call", "tool_call_update", "plan"]);
const TEXTS: ReadonlySet<string> = new Set(["agent_message_chunk", "agent_thought_chunk"]);

/**
 * Decides whether an agent has started an unprompted turn.
 *
 * A repeated prompt of the person is an echo or a replay, and updates about the session rather than a turn are recorded elsewhere.
 */
export function decideUnasked({ kind, hasText }: UnaskedUpdate): UnaskedDecision {
  return ACTIVITIES.has(kind) || (TEXTS.has(kind) && hasText) ? "begin" : "pass";
}
