import { z } from "zod";
import { SessionId } from "../ids.ts";

/** A lock file of git, found in a session's repository. */
export const GitLock = z.object({
  /** Absolute. */
  path: z.string(),
  /** Identifies this very file, so that only the lock that was shown is removed. */
  identity: z.string(),
  ageMs: z.number().int().nonnegative(),
  /** Programs that hold it open, and git processes running in the repository. Null: cannot be determined on this system. */
  holders: z.array(z.object({ pid: z.number().int(), name: z.string() })).nullable(),
});
export type GitLock = z.infer<typeof GitLock>;

export const RemoveLockInput = z.object({
  sessionId: SessionId,
  path: z.string().min(1).max(4_096),
  identity: z.string().min(1).max(200),
});
export type RemoveLockInput = z.infer<typeof RemoveLockInput>;

/** The minimum age for removal. A younger lock may belong to a git process that has only just started. */
export const LOCK_MIN_AGE_MS = 60_000;

/** Why a lock is kept. `changed`: a different lock is there now. `unknown`: its holder cannot be determined. */
const LockRefusal = z.enum(["changed", "young", "held", "unknown"]);
export type LockRefusal = z.infer<typeof LockRefusal>;

/** Decides whether a lock may be removed, checked again after the person asked for it; null if nothing prevents it. */
export function decideLockRemoval({ identity, ageMs, holders }: GitLock, shown: string): LockRefusal | null {
  if (identity !== shown) return "changed";
  if (holders === null) return "unknown";
  if (holders.length > 0) return "held";
  return ageMs < LOCK_MIN_AGE_MS ? "young" : null;
}
