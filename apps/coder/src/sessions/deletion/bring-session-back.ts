import { lstat } from "node:fs/promises";
import type { Database } from "@boocode/db/database";
import { findWorktree, listWorktrees, updateWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { WorktreeId } from "@boocode/shared/ids";
import type { TrashRecord } from "@boocode/shared/trash/trash-entry";
import { decideWorktreeState } from "@boocode/shared/worktrees/decide-worktree-state";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Locks } from "../../platform/locks.ts";
import type { RestoredHead } from "../../worktrees/removal/branch-of-trash.ts";
import { takeBack, type PutAwayDeps } from "../../worktrees/removal/put-away.ts";
import { dropTrashRefs } from "../../worktrees/removal/pin-work.ts";
import { isRepositoryThere } from "../../worktrees/removal/trash-folders.ts";
import { lookAtWorktree } from "../../worktrees/watch/look-at-worktree.ts";
import { requireProject } from "./require-project.ts";

export interface BringBackDeps extends PutAwayDeps {
  db: Database;
  locks: Locks;
}

/** A worktree that is where it was, and its row as it must be now. */
export interface BroughtBack {
  worktree: Worktree;
  restored: RestoredHead;
}

/**
 * Moves a session's worktree back to where it was, from the trash or from wherever a crash has left it, and updates its row. Returns null
 * if it has none, or if none had been touched. Faults: `trash_not_restorable`, `delete_refused`, those of git.
 */
export async function bringSessionBack(
  deps: BringBackDeps,
  record: TrashRecord,
  { mayFill }: { mayFill: boolean },
): Promise<BroughtBack | null> {
  const { db, locks } = deps;
  const { worktreeId, worktree: was } = record;
  if (worktreeId !== null && record.holds === "released") return takeUpAgain(deps, record, worktreeId);
  if (worktreeId === null || was === null) return null;
  return locks.project(record.projectId, () =>
    locks.worktree({ sessionId: record.sessionId, id: worktreeId }, async () => {
      const worktree = await findWorktree(db.read, worktreeId);
      if (worktree === null) return null;
      const project = await requireProject(db, record.projectId);
      const restored = await takeBack(deps, { record, project, worktree }, was, mayFill);
      const patch = await describe(worktree, was.state, restored);
      await db.write("full", (tx) => updateWorktree(tx, worktreeId, patch));
      return { worktree: { ...worktree, ...patch }, restored };
    }),
  );
}

/**
 * Makes a released worktree that of its session again, as it is by now. Null: its deletion has not released it yet. Fault:
 * `trash_not_restorable` if another session works in it.
 */
function takeUpAgain({ db, locks }: BringBackDeps, { id, sessionId }: TrashRecord, worktreeId: WorktreeId): Promise<BroughtBack | null> {
  return locks.worktree({ sessionId, id: worktreeId }, async () => {
    const released = await findWorktree(db.read, worktreeId);
    if (released?.state !== "removed") return null;
    const seen = decideWorktreeState(released, await lookAtWorktree(released.path));
    await db.write("full", async (tx) => {
      if ((await listWorktrees(tx)).some(({ path, state }) => path === released.path && state !== "removed")) {
        const reason = `Another session works in ${released.path} now.`;
        throw new DomainError({ kind: "trash_not_restorable", trashId: id, reason });
      }
      await updateWorktree(tx, worktreeId, seen);
    });
    return { worktree: { ...released, ...seen }, restored: { branch: released.branch, isMoved: false } };
  });
}

/** Lets go of the commits that were kept for a deletion, once they are on their branch and in their checkpoints again. Faults: those of git. */
export async function forgetPins({ db, git }: BringBackDeps, { id, projectId, worktreeId }: TrashRecord): Promise<void> {
  if (worktreeId === null) return;
  const { path } = await requireProject(db, projectId);
  if (await isRepositoryThere(path)) await dropTrashRefs(git, path, id);
}

/** What the row says of the worktree now. A folder that was made anew has another identity. */
async function describe(worktree: Worktree, state: Worktree["state"], { branch }: RestoredHead): Promise<Partial<Worktree>> {
  // One that was never completed is still to be completed.
  if (worktree.lastCheckpoint === null && state === "live") return { state: "creating", branch };
  if (state !== "live") return { state, branch };
  const { dev, ino } = await lstat(worktree.path, { bigint: true });
  const look = await lookAtWorktree(worktree.path);
  const head = look.kind === "folder" ? look.head : worktree.head;
  return { state, branch, device: String(dev), inode: String(ino), head: head ?? worktree.head };
}
