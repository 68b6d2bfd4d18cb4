import { z } from "zod";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { splitNul } from "../platform/git/git-output.ts";
import type { GitOverlay } from "../platform/git/git-environment.ts";
import type { Git } from "../platform/git/git.ts";
import { CHECKPOINT_COMMITTER } from "../worktrees/checkpoints/commit-checkpoint.ts";

const Oid = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const Entry = z.tuple([Oid, z.string(), z.string()]);

/** Checkpoints looked back over: a person's own in a row are few. */
const MAX_LOOK_BACK = 1_000;

/** The newest checkpoint and its tree; the base before the first. */
export async function readTip(git: Git, overlay: GitOverlay, worktree: Worktree): Promise<{ commit: string; tree: string }> {
  const commit = worktree.lastCheckpoint ?? worktree.baseCommit;
  const { text: tree } = await git.read(overlay.gitDir, ["rev-parse", "--verify", `${commit}^{tree}`], { overlay });
  return { commit, tree };
}

/**
 * The tree from which everything up to the checkpoint with tree `before` is the person's: that of the newest checkpoint at or before it
 * which an agent made. Where `before` is in no checkpoint, `before` itself: then nothing is the person's.
 */
export async function readPersonStart(git: Git, overlay: GitOverlay, worktree: Worktree, before: string): Promise<string> {
  const commit = worktree.lastCheckpoint ?? worktree.baseCommit;
  const { stdout } = await git.read(
    overlay.gitDir,
    // No further than the base: below it a shallow clone has nothing to look at.
    ["log", "-z", "--first-parent", `--max-count=${MAX_LOOK_BACK}`, "--format=%H %T %ce %ae", commit, `^${worktree.baseCommit}`],
    { overlay },
  );
  let found = false;
  for (const line of splitNul(stdout)) {
    const [tree, committer, author] = parseEntry(line);
    found ||= tree === before;
    if (!found) continue;
    const isPersons = committer === CHECKPOINT_COMMITTER.email && !author.endsWith("@boocode.invalid");
    if (!isPersons) return tree;
  }
  return found ? (await git.read(overlay.gitDir, ["rev-parse", "--verify", `${worktree.baseCommit}^{tree}`], { overlay })).text : before;
}

/** Tree, committer and author. Git takes any words for an address, so the person's own stands last. */
function parseEntry(line: string): z.infer<typeof Entry> {
  const [, tree, committer, ...author] = line.split(" ");
  return Entry.parse([tree, committer, author.join(" ")]);
}
