import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { deleteTrash, findTrash, insertTrash, listTrash, updateTrash } from "@boocode/db/stores/sessions/trash-store";
import { findWorktree, updateWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { TrashId, type WorktreeId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import { TRASH_KEPT_MS, type TrashRecord } from "@boocode/shared/trash/trash-entry";
import { decideDelete, type DeleteRequest } from "@boocode/shared/worktrees/decide-delete";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Locks } from "../../platform/locks.ts";
import { newId } from "../../platform/new-id.ts";
import type { Time } from "../../platform/time.ts";
import type { GatheredRisk, RiskSubject } from "../removal/gather-risk.ts";
import { putAway, takeBack, type PutAwayDeps } from "../removal/put-away.ts";

export interface RemoveOrphanDeps extends Omit<PutAwayDeps, "time"> {
  db: Database;
  locks: Locks;
  time: Time;
  /** Looks at what would be lost. The caller holds the locks. */
  gatherRisk(subject: RiskSubject): Promise<GatheredRisk>;
}

/** Removes worktrees that no session owns. */
export interface OrphanRemoval {
  /** As {@link removeOrphan}. */
  cleanUp(worktreeId: WorktreeId, request: DeleteRequest): Promise<{ trashId: TrashId }>;
}

/**
 * Moves a worktree that no session owns into the trash, if nothing would be lost, or if the person consents to exactly what would be. One
 * that is in the trash already answers with its place there.
 *
 * Faults: `work_at_risk`, `risk_unknown`, `delete_refused` (a session owns it, or there is no such worktree), those of git. It is then where
 * it was.
 */
export async function removeOrphan(deps: RemoveOrphanDeps, worktreeId: WorktreeId, request: DeleteRequest): Promise<{ trashId: TrashId }> {
  const { db, locks } = deps;
  const found = await findWorktree(db.read, worktreeId);
  if (!found) throw new DomainError({ kind: "delete_refused", path: worktreeId, reason: "There is no such worktree." });
  return locks.project(found.projectId, () =>
    locks.worktree({ sessionId: found.sessionId, id: worktreeId }, async () => {
      const known = (await listTrash(db.read)).find((record) => record.worktreeId === worktreeId);
      if (known?.state === "kept") return { trashId: known.id };
      const worktree = await findWorktree(db.read, worktreeId);
      if (known || !worktree || worktree.state === "removed") throw refuse(found, "It is being deleted already.");
      const project = await requireOrphan(db, worktree);
      // W4: what is about to go, as it is now. Where its branch began is not recorded by anybody who knew.
      const { report, consent } = await deps.gatherRisk({ sessionId: null, worktree: { ...worktree, baseCommit: null } });
      const decision = decideDelete({ reports: [report], consent }, request);
      if (decision.kind === "refuse") throw new DomainError(decision.fault);
      return carryOut(deps, worktree, project, decision.isForced);
    }),
  );
}

async function carryOut(deps: RemoveOrphanDeps, worktree: Worktree, project: Project, isForced: boolean): Promise<{ trashId: TrashId }> {
  const { db, time } = deps;
  const record = toRecord(worktree, isForced, time.now());
  await db.write("full", (tx) => insertTrash(tx, record));
  try {
    await putAway(deps, { record, project, worktree }, isForced);
    const deletedAt = time.now();
    await db.write("full", async (tx, announce) => {
      await updateTrash(tx, record.id, { state: "kept", deletedAt, expiresAt: deletedAt + TRASH_KEPT_MS });
      await updateWorktree(tx, worktree.id, { state: "removed" });
      announce.changed("worktrees", [worktree.id]);
      announce.changed("trash", [record.id]);
    });
  } catch (error) {
    const moving = await findTrash(db.read, record.id);
    if (moving?.worktree) await takeBack(deps, { record, project, worktree }, moving.worktree, false);
    await db.write("full", (tx) => deleteTrash(tx, record.id));
    throw error;
  }
  return { trashId: record.id };
}

function toRecord(worktree: Worktree, isForced: boolean, beganAt: number): TrashRecord {
  return {
    id: TrashId.parse(newId("trash", beganAt)),
    kind: "worktree",
    sessionId: null,
    projectId: worktree.projectId,
    worktreeId: worktree.id,
    title: worktree.branch,
    branch: worktree.branch,
    state: "intended",
    holds: "records",
    isForced,
    worktree: null,
    beganAt,
    deletedAt: null,
    expiresAt: null,
  };
}

/** W5: nothing is taken from a session, and nothing of an unknown repository. */
async function requireOrphan(db: Database, worktree: Worktree): Promise<Project> {
  const session = worktree.sessionId === null ? null : await findSession(db.read, worktree.sessionId);
  if (session) throw refuse(worktree, "A session works in it. Delete the session.");
  if (worktree.adopted === "worktree") throw refuse(worktree, "BooCode did not make it.");
  const project = await findProject(db.read, worktree.projectId);
  if (!project) throw refuse(worktree, "Its project is not registered any more.");
  return project;
}

const refuse = ({ path }: Worktree, reason: string) => new DomainError({ kind: "delete_refused", path, reason });
