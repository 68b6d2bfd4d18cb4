import { formatBytes } from "../../changes/change-rows.ts";
import { toCount } from "../../ui/labels.ts";

/** Something whose disk usage is measured in the background. */
type Sized = { size: { bytes: number; isWhole: boolean } | null };

/** "12 MB", "over 4 GB", "measuring…". */
export function describeSize(size: Sized["size"]): string {
  if (size === null) return "measuring…";
  return `${size.isWhole ? "" : "over "}${formatBytes(size.bytes)}`;
}

/** "3 worktrees, at least 40 MB". */
export function describeAll(all: readonly Sized[], noun = "worktree"): string {
  const bytes = all.reduce((sum, { size }) => sum + (size?.bytes ?? 0), 0);
  const isKnown = all.every(({ size }) => size?.isWhole === true);
  return `${toCount(all.length, noun)}, ${isKnown ? "" : "at least "}${formatBytes(bytes)}`;
}
