import type { Ahead } from "../ahead/ahead.ts";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";

/** Writes some paths of an edit below one root, in three steps. Until {@link swap}, nothing of the person's is touched. */
export interface RootWriter {
  /** Gets everything ready. Errors: `WriteRefused`; those of git. */
  prepare(): Promise<void>;
  /** Looks at every path again. Error: `MovedOn`. */
  check(): Promise<void>;
  /** Puts everything in place, one path after the other. Errors: `MovedOn`, `WriteRefused`, both with some paths possibly written. */
  swap(): Promise<void>;
  /** Removes what was got ready and is not in place. */
  discard(): Promise<void>;
  /** The new files that are not durable when they come into place, known once checked; null if all are. Store them before {@link swap}. */
  readonly ahead: Ahead | null;
  /** The paths that are in place. */
  readonly written: readonly FileEdit[];
}
