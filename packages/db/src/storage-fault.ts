import { DomainError } from "@boocode/shared/faults/domain-error";

/** Creates a `storage_failed` error with a reason a person can act on. */
export function storageFault(reason: string, cause?: unknown): DomainError {
  return new DomainError({ kind: "storage_failed", reason }, cause === undefined ? undefined : { cause });
}
