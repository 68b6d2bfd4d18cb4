export interface LingerState {
  /** The agent began the turn on its own, so only silence shows that it is over. */
  isOwn: boolean;
  /** The person asked to stop the turn, so nobody waits for more of it. */
  isStopAsked: boolean;
  /** The agent reports that it was stopped although nobody asked for that: its process may be exiting. */
  isStoppedElsewhere: boolean;
  /** Tool calls that have started and not ended. */
  openCalls: number;
}

/** How long to keep listening to a turn after its agent reported the end: until it has been quiet for `quietMs`, but at most `maxMs`. */
export interface Linger {
  quietMs: number;
  /** Null: unlimited. */
  maxMs: number | null;
}

/**
 * Decides how long late events still belong to a turn.
 *
 * Agents answer the prompt and report their actions on separate paths, so the last text and a tool's end may arrive after the answer. A
 * running tool is given a little longer. Anything later than that is the agent's own activity, not this turn's.
 */
export function decideLinger({ isOwn, isStopAsked, isStoppedElsewhere, openCalls }: LingerState): Linger | null {
  if (isOwn) return { quietMs: isStopAsked || openCalls === 0 ? 2_000 : 120_000, maxMs: null };
  if (isStopAsked) return null;
  if (isStoppedElsewhere) return { quietMs: 1_000, maxMs: 1_000 };
  return openCalls > 0 ? { quietMs: 1_000, maxMs: 3_000 } : { quietMs: 200, maxMs: 2_000 };
}
