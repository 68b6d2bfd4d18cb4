import { DomainError } from "@boocode/shared/faults/domain-error";

/** An expected failure of the store, in words a person can act on. */
export function storageFault(reason: string, cause?: unknown): DomainError {
  return new DomainError({ kind: "storage_failed", reason }, cause === undefined ? undefined : { cause });
}
