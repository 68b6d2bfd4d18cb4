export interface LingerState {
  /** The agent began it by itself: nothing will say that it is over but silence. */
  isOwn: boolean;
  /** A person wants the turn to end: nobody waits for more of it. */
  isStopAsked: boolean;
  /** The agent says that it was stopped, and nobody had asked for that: its process may be going. */
  isStoppedElsewhere: boolean;
  /** Tools that the agent has begun and not ended. */
  openCalls: number;
}

/** How long a turn that its agent says is over is still listened to: until it is quiet for so long, and never longer than so. */
export interface Linger {
  quietMs: number;
  /** Null: as long as it takes. */
  maxMs: number | null;
}

/**
 * Decides how long late words still belong to a turn.
 *
 * Agents answer the prompt from one place and tell what they do from another, so the last words and the end of a tool may come behind
 * the answer. A tool that still runs is waited for a little longer; what comes later than all of this is the agent's own doing.
 */
export function decideLinger({ isOwn, isStopAsked, isStoppedElsewhere, openCalls }: LingerState): Linger | null {
  if (isOwn) return { quietMs: isStopAsked || openCalls === 0 ? 2_000 : 120_000, maxMs: null };
  if (isStopAsked) return null;
  if (isStoppedElsewhere) return { quietMs: 1_000, maxMs: 1_000 };
  return openCalls > 0 ? { quietMs: 1_000, maxMs: 3_000 } : { quietMs: 200, maxMs: 2_000 };
}
