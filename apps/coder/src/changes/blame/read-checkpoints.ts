import { z } from "zod";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { splitNul } from "../../platform/git/git-output.ts";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { CHECKPOINT_COMMITTER } from "../../worktrees/checkpoints/commit-checkpoint.ts";

const Oid = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const Entry = z.tuple([Oid, z.string(), z.string()]);

/** The number of checkpoints to look back over: a person's own checkpoints in a row are few. */
const MAX_LOOK_BACK = 1_000;

/** Reads the newest checkpoint and its tree; before the first one, the base. */
export async function readTip(git: Git, overlay: GitOverlay, worktree: Worktree): Promise<{ commit: string; tree: string }> {
  const commit = worktree.lastCheckpoint ?? worktree.baseCommit;
  const { text: tree } = await git.read(overlay.gitDir, ["rev-parse", "--verify", `${commit}^{tree}`], { overlay });
  return { commit, tree };
}

/**
 * Returns the tree after which everything up to the checkpoint with tree `before` is the person's: the tree of the newest checkpoint, at or
 * before it, made by an agent. If no checkpoint has tree `before`, returns `before` itself: then nothing is the person's.
 */
export async function readPersonStart(git: Git, overlay: GitOverlay, worktree: Worktree, before: string): Promise<string> {
  const commit = worktree.lastCheckpoint ?? worktree.baseCommit;
  const { stdout } = await git.read(
    overlay.gitDir,
    // Stop at the base: a shallow clone has no commits below it.
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

/** Parses tree, committer and author. Git accepts any text as an address, so the author's comes last. */
function parseEntry(line: string): z.infer<typeof Entry> {
  const [, tree, committer, ...author] = line.split(" ");
  return Entry.parse([tree, committer, author.join(" ")]);
}
