import { z } from "zod";
import { SessionId } from "../ids.ts";

/** A file by which git keeps others from writing, as it was found lying in a session's repository. */
export const GitLock = z.object({
  /** Absolute. */
  path: z.string(),
  /** Changes with the file: what is removed is what was shown. */
  identity: z.string(),
  ageMs: z.number().int().nonnegative(),
  /** Programs that hold it open, and gits at work in the repository. Null: that cannot be told here. */
  holders: z.array(z.object({ pid: z.number().int(), name: z.string() })).nullable(),
});
export type GitLock = z.infer<typeof GitLock>;

export const RemoveLockInput = z.object({
  sessionId: SessionId,
  path: z.string().min(1).max(4_096),
  identity: z.string().min(1).max(200),
});
export type RemoveLockInput = z.infer<typeof RemoveLockInput>;

/** A younger one may belong to a git that has only just begun. */
export const LOCK_MIN_AGE_MS = 60_000;

/** Why a lock stays. `changed`: another one lies there by now; `unknown`: who holds it cannot be told. */
const LockRefusal = z.enum(["changed", "young", "held", "unknown"]);
export type LockRefusal = z.infer<typeof LockRefusal>;

/** Whether a lock may be removed, looked at again after a person asked for it; null: nothing is against it. */
export function decideLockRemoval({ identity, ageMs, holders }: GitLock, shown: string): LockRefusal | null {
  if (identity !== shown) return "changed";
  if (holders === null) return "unknown";
  if (holders.length > 0) return "held";
  return ageMs < LOCK_MIN_AGE_MS ? "young" : null;
}
