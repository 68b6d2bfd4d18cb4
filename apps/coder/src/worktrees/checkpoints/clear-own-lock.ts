import { rm } from "node:fs/promises";
import { DomainError } from "@boocode/shared/faults/domain-error";

/**
 * Retries git if only a lock of our own blocks it.
 *
 * A killed daemon leaves its git's lock behind, and nobody else writes below the folders and files given here. By this time the processes
 * of an earlier daemon have been ended, so such a lock has no owner. All other locks are respected.
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
