import { FileMode, type FileState } from "@boocode/shared/changes/edits/file-edit";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";

/** Returns the two sides of a difference between trees as states of a file. */
export function toEntryStates({ oldMode, oldOid, newMode, newOid }: TreeEntryChange): { before: FileState; after: FileState } {
  return { before: toState(oldMode, oldOid), after: toState(newMode, newOid) };
}

const toState = (mode: string | null, oid: string): FileState => (mode === null ? null : { mode: FileMode.parse(mode), oid });
