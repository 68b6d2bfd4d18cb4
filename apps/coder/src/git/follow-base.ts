import type { Database } from "@boocode/db/database";
import { updateWorktree } from "@boocode/db/stores/worktree-store";
import type { BaseMove, FileState } from "@boocode/shared/changes/edits/file-edit";
import type { GitStatus } from "@boocode/shared/git/git-status";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { ChangeCapture } from "../changes/change-capture.ts";
import { readTreeChanges, type TreeEntryChange } from "../changes/compare/read-tree-changes.ts";
import { EditPlace } from "../changes/edits/files/edit-place.ts";
import { storeMovedTree } from "../changes/edits/store-own-tree.ts";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import { toBaseRef } from "../worktrees/checkpoint-taker.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";

export interface FollowBaseDeps {
  db: Database;
  git: Git;
  worktrees: Worktrees;
  capture: Pick<ChangeCapture, "recapture">;
}

export interface FollowBaseInput {
  worktree: Worktree;
  projectPath: string;
  base: GitStatus["base"];
  /** The tree of the worktree before git changed it; null where that is not known. */
  before: string | null;
}

/**
 * Records what a git that the page has started did to a worktree. What it changed is nobody's edit, and what came from the base branch is no
 * pending change: the base moves to the newest commit of the base branch that HEAD has. The authors of what stays pending stay. The caller
 * holds the worktree's lock, and no turn runs.
 *
 * Faults: those of a checkpoint, those of git.
 */
export async function followBase(deps: FollowBaseDeps, { worktree, projectPath, base, before }: FollowBaseInput): Promise<void> {
  const { db, git, worktrees, capture } = deps;
  const { tree } = await worktrees.checkpointGit(worktree);
  const now = (worktree.sessionId === null ? null : await worktrees.find(worktree.sessionId)) ?? worktree;
  const baseCommit = await findNewBase(git, now, base);
  const baseTree =
    baseCommit === null ? now.baseTree : await moveTree(deps, { worktree: now, projectPath, baseCommit, before, after: tree });
  const moved = { ...now, baseCommit: baseCommit ?? now.baseCommit, baseTree };
  const end = await capture.recapture(moved, { tree });
  await db.write("full", async (tx, announce) => {
    await updateWorktree(tx, now.id, { baseCommit: moved.baseCommit, baseTree });
    announce.changed("worktrees", [now.id], now.sessionId);
    await end.write(tx, announce);
  });
  await end.settle();
}

/** Returns the newest commit of the base branch that HEAD has; null if that is where the work began already. */
export async function findNewBase(git: Git, { path, baseCommit }: Worktree, base: GitStatus["base"]): Promise<string | null> {
  const isIn = async (commit: string, into: string) =>
    (await git.read(path, ["merge-base", "--is-ancestor", commit, into], { exitCodes: [0, 1, 128] })).exitCode === 0;
  let newest = baseCommit;
  for (const { oid } of base?.targets ?? []) {
    const { text: common } = await git.read(path, ["merge-base", "HEAD", oid], { exitCodes: [0, 1, 128] });
    // After a rebase onto a branch that was rewritten, HEAD no longer has the commit where the work began.
    if (common !== "" && common !== newest && ((await isIn(newest, common)) || !(await isIn(newest, "HEAD")))) newest = common;
  }
  return newest === baseCommit ? null : newest;
}

interface MoveInput extends Omit<FollowBaseInput, "base"> {
  baseCommit: string;
  after: string;
}

/** Moves every path that the base branch changed to what it has there. The rest stays, such as what was applied to the checkout. */
async function moveTree({ git, worktrees }: FollowBaseDeps, input: MoveInput): Promise<string> {
  const { worktree, projectPath, baseCommit, before, after } = input;
  const place = await EditPlace.open(worktrees, worktree, projectPath);
  const { text } = await git.read(worktree.path, ["rev-parse", `${worktree.baseCommit}^{tree}`, `${baseCommit}^{tree}`]);
  const [from = "", to = ""] = text.split("\n");
  const compare = (left: string, right: string) => readTreeChanges(git, place.overlay, left, right);
  const [coming, pending, onDisk] = await Promise.all([
    compare(from, to),
    before === null ? null : compare(worktree.baseTree, before),
    compare(to, after),
  ]);
  const touched = new Set(pending?.flatMap(listPaths));
  // Git may write other bytes than it stores (line ends, large files): what nobody had touched is on disk as the base branch has it.
  const written = new Map(onDisk.map((change) => [BytePath.toBytes(change.path), toState(change)]));
  const moves = coming.flatMap((change): BaseMove[] => {
    const path = BytePath.toBytes(change.path);
    const isSure = pending !== null && !touched.has(path) && written.get(path) != null;
    const gone = change.previousPath === null ? [] : [{ path: BytePath.toBytes(change.previousPath), from: null, to: null }];
    return [...gone, { path, from: null, to: isSure ? written.get(path)! : toState(change) }];
  });
  const moved = await storeMovedTree(place, worktree.baseTree, moves);
  if (moved !== to) await git.write(projectPath, ["update-ref", toBaseRef(worktree.id), moved]);
  return moved;
}

const listPaths = ({ path, previousPath }: TreeEntryChange) =>
  [path, ...(previousPath === null ? [] : [previousPath])].map(BytePath.toBytes);

const toState = ({ newMode, newOid }: TreeEntryChange): FileState =>
  newMode === null ? null : { mode: newMode as NonNullable<FileState>["mode"], oid: newOid };
