import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Locks } from "../../platform/locks.ts";
import type { Worktrees } from "../../worktrees/worktrees.ts";
import type { EditGround } from "../edits/edit-journal.ts";
import { EditPlace } from "../edits/files/edit-place.ts";

export interface IdleWorktreeDeps {
  db: Database;
  locks: Locks;
  worktrees: Worktrees;
  /** Captures what the person has changed on disk, for a caller that holds the worktree's lock; `busy`: a turn is running. */
  catchUp: (worktree: Worktree) => Promise<string>;
}

/** A worktree in which no turn runs, and whose newest checkpoint holds what is on disk. */
export interface IdleWorktree extends EditGround {
  place: EditPlace;
}

/**
 * Runs work on a session's worktree under its lock, while no turn runs in it: one that is about to start waits. The person's own edits on
 * disk are captured first, so that the work sees them as such.
 *
 * Faults: `session_not_found`, `worktree_not_made`, `worktree_busy`, `worktree_missing`, `project_gone`, those of git.
 */
export async function withIdleWorktree<T>(
  deps: IdleWorktreeDeps,
  sessionId: SessionId,
  work: (idle: IdleWorktree) => Promise<T>,
): Promise<T> {
  return deps.locks.worktree({ sessionId }, async () => work(await openGround(deps, await catchUpIdle(deps, sessionId))));
}

/** Runs work under the lock of a session's worktree, whether or not a turn runs in it. Faults: those of {@link withIdleWorktree}. */
export async function withWorktree<T>(
  deps: IdleWorktreeDeps,
  sessionId: SessionId,
  work: (ground: IdleWorktree) => Promise<T>,
): Promise<T> {
  return deps.locks.worktree({ sessionId }, async () => work(await openGround(deps, await requireWorktree(deps, sessionId))));
}

async function openGround({ db, worktrees }: IdleWorktreeDeps, worktree: Worktree): Promise<IdleWorktree> {
  const project = await findProject(db.read, worktree.projectId);
  if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
  const place = await EditPlace.open(worktrees, worktree, project.path);
  return { worktree, projectPath: project.path, place };
}

async function requireWorktree({ db, worktrees }: IdleWorktreeDeps, sessionId: SessionId): Promise<Worktree> {
  await requireSession(db.read, sessionId);
  const found = await worktrees.find(sessionId);
  if (!found || found.state === "creating") throw new DomainError({ kind: "worktree_not_made", sessionId });
  return found;
}

/**
 * Refuses a worktree in which a turn runs, captures the person's own edits on disk, and returns the worktree as it is then. The caller holds
 * its lock. Faults: those of {@link withIdleWorktree}.
 */
export async function catchUpIdle(deps: IdleWorktreeDeps, sessionId: SessionId): Promise<Worktree> {
  const before = await requireWorktree(deps, sessionId);
  await refuseRunning(deps.db, sessionId);
  if ((await deps.catchUp(before)) === "busy") await refuseRunning(deps.db, sessionId, true);
  return requireWorktree(deps, sessionId);
}

async function refuseRunning(db: Database, sessionId: SessionId, isCertain = false): Promise<void> {
  const running = (await listOpenTasks(db.read, sessionId)).find(({ state }) => state === "running");
  if (running || isCertain) throw new DomainError({ kind: "worktree_busy", sessionId, taskId: running?.id ?? "" });
}
