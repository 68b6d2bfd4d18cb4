import { DomainError } from "@boocode/shared/faults/domain-error";

/** A database that is damaged: nothing was written to it. */
export class DamagedDatabaseError extends DomainError {
  /** The copy that was made of it; null if there was no room for one. */
  readonly copy: string | null;

  constructor(file: string, damage: string, copy: string | null) {
    const kept = copy === null ? "there is no room for a copy of it" : `a copy of it is ${copy}`;
    super({ kind: "storage_failed", reason: `The database ${file} is damaged: ${damage}. Nothing was written to it, and ${kept}.` });
    this.copy = copy;
  }
}
