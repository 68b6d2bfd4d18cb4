import { rm } from "node:fs/promises";
import { join } from "node:path";
import { clearingOwnLocks } from "../checkpoints/clear-own-lock.ts";
import { writeRawTree } from "../checkpoints/checkpoint.ts";
import { commitCheckpoint, CHECKPOINT_COMMITTER } from "../checkpoints/commit-checkpoint.ts";
import { forgetKnownNested } from "../checkpoints/known-nested.ts";
import { checkOut } from "./check-out.ts";
import { CHECKOUT_LIMIT_MS } from "./make-worktree.ts";
import { seedRawIndex } from "../checkpoints/raw-index.ts";
import type { RawWorktree } from "../checkpoints/raw-worktree.ts";

/** Fills an empty registered worktree with the files of its branch; returns the checkpoint that contains them. */
export async function fillFromBranch(raw: RawWorktree, input: { ref: string; first: string; at: number }): Promise<string> {
  const { git, path, overlay } = raw;
  await checkOut(git, {
    path,
    overlayDir: overlay.gitDir,
    argv: ["reset", "--hard", "--quiet", "--no-recurse-submodules"],
    options: { limitMs: CHECKOUT_LIMIT_MS },
  });
  // Our index describes files that are gone.
  await rm(join(overlay.gitDir, "index"), { force: true });
  await seedRawIndex(raw, true);
  const { tree } = await writeRawTree(raw);
  return commitCheckpoint(raw, {
    ref: input.ref,
    tree,
    first: input.first,
    words: {
      authorName: CHECKPOINT_COMMITTER.name,
      authorEmail: CHECKPOINT_COMMITTER.email,
      at: input.at,
      message: "The branch as it was checked out again\n",
    },
  });
}

/**
 * Fills an empty registered worktree with the files of a checkpoint, byte for byte, without filters, line ending conversion or keywords.
 * Its index is that of its branch, so differences show as uncommitted, as before.
 */
export async function fillFromCheckpoint(raw: RawWorktree, commit: string): Promise<void> {
  const { git, path, overlay, settings } = raw;
  const own = { overlay, settings, limitMs: CHECKOUT_LIMIT_MS };
  await git.write(path, ["read-tree", "HEAD"]);
  await rm(join(overlay.gitDir, "index"), { force: true });
  await forgetKnownNested(overlay.gitDir);
  await clearingOwnLocks([overlay.gitDir], () => git.write(path, ["read-tree", `${commit}^{tree}`], own));
  await git.write(path, ["checkout-index", "--all", "--index"], own);
  // Untouched files need not be hashed again at the next check.
  await git.read(path, ["update-index", "--refresh", "-q"], { exitCodes: [0, 1], limitMs: CHECKOUT_LIMIT_MS });
}
