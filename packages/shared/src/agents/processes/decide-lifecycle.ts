/** A live conversation as the pool sees it; times are milliseconds of a clock that nobody sets. */
export interface LiveConversation {
  id: string;
  phase: { kind: "starting" } | { kind: "busy" } | { kind: "idle"; since: number };
  /** Something other than a turn holds it: a question, the person's wish, a program it left running. Absent: nothing is known to. */
  isHeld?: boolean;
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
 * A starting, busy or held conversation is never closed, and takes a place all the same: if all places are taken by such ones, there is one
 * more. Of the others, those idle for longer than `idleTtlMs` are closed; if more than `maxLive` remain, those idle the longest are closed
 * next.
 */
export function decideLifecycle(conversations: readonly LiveConversation[], limits: PoolLimits, now: number): LifecycleAction[] {
  const idle = conversations
    .flatMap(({ id, phase, isHeld = false }) => (phase.kind === "idle" && !isHeld ? [{ id, since: phase.since }] : []))
    .toSorted((a, b) => a.since - b.since);

  const expired = idle.filter(({ since }) => now - since > limits.idleTtlMs);
  const live = conversations.length - expired.length;
  const surplus = idle.slice(expired.length, expired.length + Math.max(0, live - limits.maxLive));

  return [
    ...expired.map(({ id }) => ({ kind: "close" as const, id, reason: "idle_too_long" as const })),
    ...surplus.map(({ id }) => ({ kind: "close" as const, id, reason: "over_capacity" as const })),
  ];
}
