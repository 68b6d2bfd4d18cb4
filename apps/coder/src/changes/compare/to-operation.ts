import type { PendingChange } from "@boocode/shared/changes/pending-change";
import type { TreeEntryChange } from "./read-tree-changes.ts";

const OPERATIONS = { A: "added", M: "modified", T: "modified", D: "deleted", R: "renamed" } as const;

/** Names what was done to a path, in the page's terms. */
export function toOperation({ kind }: TreeEntryChange): PendingChange["operation"] {
  return OPERATIONS[kind];
}
