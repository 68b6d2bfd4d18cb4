import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { findWorktree } from "@boocode/db/stores/worktree-store";
import { findTrash, updateTrash } from "@boocode/db/stores/sessions/trash-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { FaultKind } from "@boocode/shared/faults/fault";
import type { Project } from "@boocode/shared/projects/project";
import type { TrashedWorktree, TrashRecord } from "@boocode/shared/trash/trash-entry";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";
import type { Locks } from "../../platform/locks.ts";
import type { Time } from "../../platform/time.ts";
import { findGitDir } from "../making/set-aside.ts";
import type { Worktrees } from "../worktrees.ts";
import type { RestoredHead } from "./branch-of-trash.ts";
import { pinWork } from "./pin-work.ts";
import { refillTrash } from "./refill-trash.ts";
import { isRepositoryThere } from "./trash-folders.ts";
import type { TrashedItem, WorktreeTrash } from "./worktree-trash.ts";

export interface PutAwayDeps {
  db: Database;
  git: Git;
  time: Pick<Time, "now">;
  worktrees: Pick<Worktrees, "takeIdle" | "openRaw" | "leftOut">;
  trash: WorktreeTrash;
  installId: string;
  failpoint?: ((name: string) => void | Promise<void>) | undefined;
}

/** What a repository or a worktree that is damaged answers, as opposed to one that is only busy. */
const DAMAGES: ReadonlySet<FaultKind> = new Set([
  "git_failed",
  "git_timed_out",
  "git_output_too_large",
  "worktree_not_repairable",
  "worktree_elsewhere",
  "worktree_missing",
]);

interface Given {
  record: TrashRecord;
  project: Project;
  worktree: Worktree;
}

/**
 * Puts a worktree into the trash: takes a last checkpoint, makes refs for everything that only the worktree keeps alive, records what it is
 * like, and moves it. The caller holds the locks of the project and the worktree, and has decided that it may go.
 *
 * `isForced`: work that no checkpoint can be taken of goes too; then its folder stays in the trash until a person purges it.
 *
 * Faults: `delete_refused`, those of a checkpoint and of git. Bring it back then.
 */
export async function putAway(deps: PutAwayDeps, given: Given, isForced: boolean): Promise<TrashRecord> {
  const { db, trash, failpoint } = deps;
  const { record, project, worktree } = given;
  const was = await trash.describe(project.path, worktree);
  const kept: TrashedWorktree = { ...was, isPinned: await pin(deps, given, was, isForced) };
  await failpoint?.("delete.pinned");
  const moving = await db.write("full", (tx) =>
    updateTrash(tx, record.id, {
      state: "moving",
      holds: was.state === "live" ? "folder" : "refs",
      branch: worktree.branch,
      worktree: kept,
    }),
  );
  if (moving === null) throw new DomainError({ kind: "trash_not_found", trashId: record.id });
  await failpoint?.("delete.recorded");
  const isInTrash = await trash.moveAway(toItem({ ...given, record: moving }, kept));
  if (was.state === "live" && !isInTrash) {
    const reason = "Something else took its place while it was being deleted.";
    throw new DomainError({ kind: "delete_refused", path: was.path, reason });
  }
  return moving;
}

/**
 * Brings a worktree back from the trash, or from wherever a crash has left it. `mayFill`: what is no longer in the trash is made anew from
 * the commits.
 *
 * Faults: those of `WorktreeTrash.bringBack`.
 */
export async function takeBack(deps: PutAwayDeps, given: Given, was: TrashedWorktree, mayFill: boolean): Promise<RestoredHead> {
  const { db, git, trash, worktrees, installId } = deps;
  const { record, project, worktree } = given;
  const item = toItem(given, was);
  const fill = async () => {
    const raw = await worktrees.openRaw(worktree, project.path);
    const { commonDir } = await git.dirs(project.path);
    const lockReason = `boocode:${installId}:${worktree.sessionId}`;
    const inode = await refillTrash(raw, { ...item, commonDir, lockReason });
    // Before it moves: after a crash, this is how it is recognised.
    await db.write("full", (tx) => updateTrash(tx, record.id, { worktree: { ...was, inode } }));
    return inode;
  };
  return trash.bringBack(item, mayFill ? fill : null);
}

/** Moves back into the trash what a restore that failed had brought out of it. Faults: those of `WorktreeTrash.moveAway`. */
export async function sendAwayAgain(deps: PutAwayDeps & { locks: Locks }, record: TrashRecord): Promise<void> {
  const { db, locks, trash } = deps;
  const { worktreeId } = record;
  // As it is now: a folder that was made anew has another identity.
  const was = (await findTrash(db.read, record.id))?.worktree ?? null;
  if (was === null || worktreeId === null) return;
  const [project, worktree] = [await findProject(db.read, record.projectId), await findWorktree(db.read, worktreeId)];
  if (project === null || worktree === null) return;
  await locks.project(project.id, () =>
    locks.worktree({ sessionId: record.sessionId, id: worktreeId }, () => trash.moveAway(toItem({ record, project, worktree }, was))),
  );
}

function toItem({ record, project, worktree }: Given, was: TrashedWorktree): TrashedItem {
  return { trashId: record.id, projectPath: project.path, branch: worktree.branch, keepsBranch: worktree.adopted !== null, was };
}

/** Returns whether refs hold every file that git does not ignore. */
async function pin(deps: PutAwayDeps, { record, project, worktree }: Given, was: TrashedWorktree, isForced: boolean): Promise<boolean> {
  const { git, time, worktrees } = deps;
  // Without its repository there is nowhere to make a ref. The folder keeps every byte.
  if (!(await isRepositoryThere(project.path))) return false;
  const { commonDir } = await git.dirs(project.path);
  const gitDir = was.gitDirName === null ? null : await findGitDir(commonDir, was.path);
  try {
    const work = was.state === "live" ? await hold(deps, worktree) : worktree.lastCheckpoint;
    const raw = await worktrees.openRaw(worktree, project.path);
    await pinWork(raw, { trashId: record.id, projectPath: project.path, was, gitDir, work, at: time.now() });
    // Too big, too many, unreadable: a file that the checkpoint left out is only in the folder.
    const isLeftOut = was.state === "live" && (await worktrees.leftOut(worktree)).names.length > 0;
    return work !== null && !isLeftOut;
  } catch (error) {
    if (!isForced || !(error instanceof DomainError) || !DAMAGES.has(error.fault.kind)) throw error;
    return false;
  }
}

/** Takes a checkpoint of the person's. Nobody has worked in a worktree that was never completed: it has the files of its base. */
async function hold({ worktrees }: PutAwayDeps, worktree: Worktree): Promise<string | null> {
  if (worktree.state === "creating") return worktree.baseCommit;
  return (await worktrees.takeIdle(worktree, { author: null, isIdle: async () => true }))?.commit ?? null;
}
