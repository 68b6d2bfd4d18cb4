/** Something an agent says while no prompt of its session is open. */
export interface UnaskedWord {
  /** As ACP calls it. */
  kind: string;
  /** It has words in it: an empty piece only carries counts. */
  hasText: boolean;
}

/** `begin`: the agent does something of its own. `pass`: nothing that anybody needs to see. */
export type UnaskedDecision = "begin" | "pass";

const DOINGS: ReadonlySet<string> = new Set(["tool_call", "tool_call_update", "plan"]);
const WORDS: ReadonlySet<string> = new Set(["agent_message_chunk", "agent_thought_chunk"]);

/**
 * Decides whether an agent that was asked nothing has begun a turn of its own.
 *
 * A person's own words told again are an echo or a replay, and what is of the session rather than of a turn is kept elsewhere.
 */
export function decideUnasked({ kind, hasText }: UnaskedWord): UnaskedDecision {
  return DOINGS.has(kind) || (WORDS.has(kind) && hasText) ? "begin" : "pass";
}
