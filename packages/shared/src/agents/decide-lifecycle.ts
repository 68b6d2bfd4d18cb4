/** A live conversation as the pool sees it; times are milliseconds of a clock that nobody sets. A conversation that waits for a permission is busy. */
export interface LiveConversation {
  id: string;
  phase: { kind: "starting" } | { kind: "busy" } | { kind: "idle"; since: number };
}

export interface PoolLimits {
  maxLive: number;
  idleTtlMs: number;
}

export interface LifecycleAction {
  kind: "close";
  id: string;
  reason: "idle_too_long" | "over_capacity";
}

/**
 * Decides which conversations the pool closes now.
 *
 * A starting or busy conversation is never closed. Conversations idle for longer than `idleTtlMs` are closed; if more than `maxLive`
 * remain, those idle the longest are closed next.
 */
export function decideLifecycle(conversations: readonly LiveConversation[], limits: PoolLimits, now: number): LifecycleAction[] {
  const idle = conversations
    .flatMap(({ id, phase }) => (phase.kind === "idle" ? [{ id, since: phase.since }] : []))
    .toSorted((a, b) => a.since - b.since);

  const expired = idle.filter(({ since }) => now - since > limits.idleTtlMs);
  const live = conversations.length - expired.length;
  const surplus = idle.slice(expired.length, expired.length + Math.max(0, live - limits.maxLive));

  return [
    ...expired.map(({ id }) => ({ kind: "close" as const, id, reason: "idle_too_long" as const })),
    ...surplus.map(({ id }) => ({ kind: "close" as const, id, reason: "over_capacity" as const })),
  ];
}
