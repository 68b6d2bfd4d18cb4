import { DomainError } from "@boocode/shared/faults/domain-error";
import { pause, type Time } from "../platform/time.ts";

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 5_000;

export interface RetryInput {
  time: Pick<Time, "after">;
  /** Called before each pause. */
  onStalled(error: DomainError, attempt: number): void;
  /** Ends the waiting: the last error is thrown. */
  signal: AbortSignal;
}

/**
 * Writes until it works: a full disk or a held lock passes, and what was to be written must not be lost meanwhile.
 * Any other error is thrown at once, for it would come again.
 */
export async function retryWrite<T>(input: RetryInput, write: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof DomainError) || error.fault.kind !== "storage_failed" || input.signal.aborted) throw error;
      input.onStalled(error, attempt);
      await Promise.race([pause(input.time, Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt)), aborted(input.signal)]);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
