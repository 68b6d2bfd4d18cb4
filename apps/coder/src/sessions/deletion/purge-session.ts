import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import { deleteSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import { listEditIds } from "@boocode/db/stores/changes/edit-store";
import { deleteSession } from "@boocode/db/stores/sessions/session-store";
import { deleteTrash } from "@boocode/db/stores/sessions/trash-store";
import { deleteWorktree, listWorktrees } from "@boocode/db/stores/worktree-store";
import type { TrashRecord } from "@boocode/shared/trash/trash-entry";
import { EDIT_REFS } from "../../changes/edits/files/edit-place.ts";
import { toStagedRef } from "../../changes/staged/staged-store.ts";
import type { Git } from "../../platform/git/git.ts";
import type { Locks } from "../../platform/locks.ts";
import { toBaseRef, toCheckpointRef } from "../../worktrees/checkpoint-taker.ts";
import { emptyShelf } from "../../worktrees/removal/empty-shelf.ts";
import { dropRefs, toTrashRefs } from "../../worktrees/removal/pin-work.ts";
import { isRepositoryThere } from "../../worktrees/removal/trash-folders.ts";
import { requireProject } from "./require-project.ts";

export interface PurgeDeps {
  db: Database;
  git: Git;
  locks: Locks;
  checkpointsDir: string;
  failpoint?: ((name: string) => void | Promise<void>) | undefined;
}

/** Events removed in one transaction, so that no other write waits long. */
const EVENTS_AT_ONCE = 2_000;

/**
 * Removes everything of a deletion: its folder in the trash, our refs and our private git directory, and the rows. The person's stashes, and
 * the branch if it is still there, are theirs. Run again after a crash, it goes on.
 *
 * Faults: those of the file system and git.
 */
export async function purgeSession(deps: PurgeDeps, record: TrashRecord): Promise<void> {
  const { db, git, locks, failpoint } = deps;
  const { id, sessionId, projectId, worktree } = record;
  const project = await requireProject(db, projectId);
  const worktrees = (await listWorktrees(db.read, projectId)).filter(
    (one) => one.id === record.worktreeId || (sessionId !== null && one.sessionId === sessionId),
  );
  if (worktree !== null) await emptyShelf(worktree.path, id, "all");
  await failpoint?.("purge.folder");
  // A session without a worktree has nothing in a repository.
  if (worktrees.length > 0 && (await isRepositoryThere(project.path))) {
    const edits = sessionId === null ? [] : await listEditIds(db.read, sessionId);
    const refs = [
      toTrashRefs(id),
      ...worktrees.flatMap((one) => [toCheckpointRef(one.id), toBaseRef(one.id)]),
      ...edits.map((edit) => `${EDIT_REFS}/${edit}`),
      ...(sessionId === null ? [] : [toStagedRef(sessionId)]),
    ];
    await locks.project(projectId, () => dropRefs(git, project.path, refs));
  }
  await failpoint?.("purge.refs");
  for (const one of worktrees) await rm(join(deps.checkpointsDir, one.id), { recursive: true, force: true });
  await failpoint?.("purge.checkpoints");
  if (sessionId !== null) while (await db.write("normal", (tx) => deleteSessionEvents(tx, sessionId, EVENTS_AT_ONCE)));
  await failpoint?.("purge.events");
  await db.write("full", async (tx, announce) => {
    await deleteTrash(tx, id);
    for (const one of worktrees) await deleteWorktree(tx, one.id);
    if (sessionId !== null) await deleteSession(tx, sessionId);
    announce.changed("trash", [id]);
    announce.changed("projects", [projectId]);
  });
  await failpoint?.("purge.done");
}
