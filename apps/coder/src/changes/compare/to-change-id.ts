import { hash } from "node:crypto";
import { BytePath } from "../../platform/git/byte-path.ts";
import { ChangeId, type WorktreeId } from "@boocode/shared/ids";
import type { TreeEntryChange } from "./read-tree-changes.ts";

/**
 * Derives a change's id from its content: worktree, path, and bytes and mode before and after. If any of these differ, it is a different
 * change.
 */
export function toChangeId(worktreeId: WorktreeId, change: TreeEntryChange): ChangeId {
  return ChangeId.parse(`chg_${bindContent(worktreeId, change)}`);
}

/** Derives a staged change's id in the same way. What is on disk and what is staged are different changes, also with the same content. */
export function toStagedChangeId(worktreeId: WorktreeId, change: TreeEntryChange): ChangeId {
  return ChangeId.parse(`stg_${bindContent(worktreeId, change)}`);
}

/** Whether a change's id is that of a staged change. */
export const isStagedChangeId = (id: ChangeId): boolean => id.startsWith("stg_");

/** The comparer keeps the differences it has read, so the same ones are asked for again and again. */
const known = new WeakMap<TreeEntryChange, { worktreeId: WorktreeId; content: string }>();

function bindContent(worktreeId: WorktreeId, change: TreeEntryChange): string {
  const before = known.get(change);
  if (before?.worktreeId === worktreeId) return before.content;
  const { path, previousPath, oldMode, oldOid, newMode, newOid } = change;
  const bound = [worktreeId, BytePath.toBytes(previousPath ?? path), oldMode ?? "", oldOid, BytePath.toBytes(path), newMode ?? "", newOid];
  // NUL is a safe separator: no path, mode or id contains it.
  const content = hash("sha256", Buffer.from(bound.join("\0"), "latin1"), "hex").slice(0, 40);
  known.set(change, { worktreeId, content });
  return content;
}
