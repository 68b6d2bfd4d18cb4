/** What is known of one worktree that carries this installation's lock. */
export interface MarkedFacts {
  /** Whether its folder is directly in our worktrees' folder. */
  isInOurFolder: boolean;
  /** Whether its repository expects it in this folder. */
  isInPlace: boolean;
  /** Whether its repository is a registered project. */
  isProjectKnown: boolean;
  /** Whether a deletion has something to do with this path: it is on its way into the trash, or back. */
  isOnItsWay: boolean;
  /** The row of its path, if there is one that is not removed. */
  row: "of_a_session" | "of_nobody" | "none";
  /** The session that its lock names: whether it is there, and whether it has a worktree. */
  lockSession: "without_worktree" | "with_worktree" | "gone";
}

/**
 * What to do with it: leave it alone, record it as the worktree of the session it was made for, record it as nobody's, or look whether it
 * may go.
 */
export type SweepClaim = "leave" | "record_for_session" | "record_as_orphan" | "orphan";

/**
 * W5: decides whether a worktree is one that nobody owns. Only what this installation made, in its own folder, of a registered project, is
 * ever touched. A worktree is recorded before anything is done with it, so that a person sees it first.
 */
export function decideClaim(facts: MarkedFacts): SweepClaim {
  const { isInOurFolder, isInPlace, isProjectKnown, isOnItsWay, row, lockSession } = facts;
  if (!isInOurFolder || !isInPlace || !isProjectKnown || isOnItsWay) return "leave";
  if (row === "of_a_session") return "leave";
  if (row === "of_nobody") return "orphan";
  return lockSession === "without_worktree" ? "record_for_session" : "record_as_orphan";
}

/** How long a worktree must have been seen without an owner before it is judged, by a clock that nobody sets. */
export const SWEEP_GRACE_MS = 3_600_000;
/** How many are judged in one pass. */
export const SWEEP_AT_ONCE = 5;

/** One that nobody owns; times are milliseconds of a clock that nobody sets. */
export interface Orphan {
  id: string;
  /** When it was first seen without an owner. */
  seenAt: number;
  /** When it was last judged; null if it never was. */
  judgedAt: number | null;
}

/** Picks those to judge now: past their grace, never judged first, then those judged longest ago, so that each has its turn. */
export function pickForSweep<T extends Orphan>(orphans: readonly T[], now: number): T[] {
  return orphans
    .filter(({ seenAt }) => now - seenAt >= SWEEP_GRACE_MS)
    .toSorted((a, b) => (a.judgedAt ?? -Infinity) - (b.judgedAt ?? -Infinity) || a.seenAt - b.seenAt)
    .slice(0, SWEEP_AT_ONCE);
}
