import type { WorktreeBlock } from "@boocode/shared/worktrees/worktree-blocks";

/** Says what a worktree is kept for, as a sentence without a full stop. `isOwned`: whether it belongs to a session. */
export function describeBlocks(blocks: readonly WorktreeBlock[], isOwned = true): string {
  const words = blocks.map(describeBlock);
  if (words.length > 0) return `Kept for ${words.join(", ")}`;
  return isOwned
    ? "Everything in it also exists elsewhere"
    : "Everything in it also exists elsewhere. After an hour it is judged once more, and moved to the trash";
}

function describeBlock(block: WorktreeBlock): string {
  switch (block.kind) {
    case "tasks":
      return block.count === 1 ? "a message running or waiting" : `${block.count} messages running or waiting`;
    case "changes":
      return block.count === 1 ? "one changed file" : `${block.count} changed files`;
    case "commits":
      return block.count === 1
        ? "a commit on no other branch"
        : `${block.count >= 1_000 ? "1,000 or more" : block.count} commits on no other branch`;
    case "left_out":
      return block.count === 1 ? "a file that no checkpoint holds" : `${block.count} files that no checkpoint holds`;
    case "not_ours":
      return "something that BooCode did not make";
    case "open_session":
      return "its session";
    case "unknown":
      return "work that git cannot read";
  }
}
