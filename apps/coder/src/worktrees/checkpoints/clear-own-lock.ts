import { rm } from "node:fs/promises";
import { DomainError } from "@boocode/shared/faults/domain-error";

/**
 * Runs git again where only a lock of our own is in its way.
 *
 * A daemon that is killed leaves its git's lock behind, and nobody else ever writes below the folders and files given here. When this
 * runs, what an earlier daemon started has been ended already, so such a lock has no owner. Everybody else's locks are respected.
 */
export async function clearingOwnLocks<T>(owned: readonly string[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const lock = error instanceof DomainError && error.fault.kind === "git_locked" ? error.fault.path : null;
    if (lock === null || !owned.some((path) => lock === `${path}.lock` || lock.startsWith(`${path}/`))) throw error;
    await rm(lock, { force: true });
    return run();
  }
}
