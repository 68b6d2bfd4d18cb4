import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Logger } from "./logger.ts";
import { pause, type Time } from "./time.ts";

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 5_000;

export interface RetryInput {
  time: Pick<Time, "after">;
  /** Called before each retry delay. */
  onStalled(error: DomainError, attempt: number): void;
  /** Stops the retries; the last error is then thrown. */
  signal: AbortSignal;
}

/**
 * Retries a write while the disk is full or a lock is held, so that the data is not lost. Any other error is thrown at once, because a
 * retry would fail again.
 */
export async function retryWrite<T>(input: RetryInput, write: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!isStorageFailure(error) || input.signal.aborted) throw error;
      input.onStalled(error, attempt);
      await Promise.race([pause(input.time, Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt)), aborted(input.signal)]);
    }
  }
}

/**
 * Writes the record of an end, without making the end wait for the disk. Returns what was written, or null if the disk accepts no writes;
 * the write is then retried in the background while this daemon runs. Any other error is thrown.
 */
export async function writeOrLater<T>(deps: { time: Pick<Time, "after">; logger: Logger }, write: () => Promise<T>): Promise<T | null> {
  const { time, logger } = deps;
  try {
    return await write();
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    logger.warn({ err: error }, "The disk accepts no writes; the end will be recorded later");
    const unending = new AbortController().signal;
    retryWrite({ time, onStalled: () => {}, signal: unending }, write).catch((lost: unknown) =>
      logger.warn({ err: lost }, "The end could not be recorded"),
    );
    return null;
  }
}

/** Whether a write failed because the disk is full or the store is locked. */
export function isStorageFailure(error: unknown): error is DomainError {
  return error instanceof DomainError && error.fault.kind === "storage_failed";
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
