import type { Database, Queryable } from "@boocode/db/database";
import { deleteSession, findSession, updateSession } from "@boocode/db/stores/sessions/session-store";
import { listTasks } from "@boocode/db/stores/chats/task-store";
import { deleteTrash, findTrashOfSession, insertTrash, updateTrash } from "@boocode/db/stores/sessions/trash-store";
import { findLiveWorktree, updateWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { type SessionId, TrashId } from "@boocode/shared/ids";
import type { SessionRecord } from "@boocode/shared/sessions/session";
import { decideSecondLook } from "@boocode/shared/trash/decide-second-look";
import { TRASH_KEPT_MS, type TrashRecord } from "@boocode/shared/trash/trash-entry";
import { decideDelete, decideStopFirst, type DeleteLook, type DeleteRequest } from "@boocode/shared/worktrees/decide-delete";
import type { RiskProcess, RiskReport } from "@boocode/shared/worktrees/risk-report";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { KeyedMutex } from "../../platform/keyed-mutex.ts";
import type { Locks } from "../../platform/locks.ts";
import type { Logger } from "../../platform/logger.ts";
import { writeOrLater } from "../../platform/retry-write.ts";
import { newId } from "../../platform/new-id.ts";
import type { Time } from "../../platform/time.ts";
import { putAway, type PutAwayDeps } from "../../worktrees/removal/put-away.ts";
import { bringSessionBack, forgetPins } from "./bring-session-back.ts";
import { requireProject } from "./require-project.ts";

export interface SessionDeletionDeps extends Omit<PutAwayDeps, "time"> {
  db: Database;
  locks: Locks;
  time: Time;
  logger: Logger;
  /** One deletion, restore or purge at a time for each session. */
  turns: KeyedMutex;
  /** Looks at what would be lost. The caller holds the locks. */
  gatherRisk(subject: { sessionId: SessionId; worktree: Worktree | null }): Promise<{ report: RiskReport; consent: string }>;
  /** Stops what runs in a session; returns what did not end. */
  stop(sessionId: SessionId, cancelsTasks: boolean): Promise<RiskProcess[]>;
  /** Resolves once what has been applied is durable: a worktree may be its only other copy. */
  settleEdits(): Promise<void>;
}

/** Null: the session was never used, and nothing of it is kept. */
export interface DeletedSession {
  trashId: TrashId | null;
}

const UNFORCED: DeleteRequest = { force: false, consent: null };

/**
 * Deletes sessions. The intent is stored before anything is stopped or moved, so it goes on when the browser goes away, and a crash at any
 * point leaves a session that is whole or whole in the trash.
 */
export class SessionDeletion {
  readonly #deps: SessionDeletionDeps;
  readonly #running = new Set<Promise<DeletedSession>>();

  constructor(deps: SessionDeletionDeps) {
    this.#deps = deps;
  }

  /**
   * Deletes a session: at once if it was never used, else into the trash if nothing would be lost, or if the person consents to exactly what
   * would be. Requests of the same session take turns, so a second one gets the first one's answer: a deleted session answers with its place
   * in the trash.
   *
   * Faults: `session_not_found`, `work_at_risk`, `risk_unknown`, `delete_refused`, those of git. The session is then as it was, except that
   * what ran in it may have been stopped.
   */
  async delete(sessionId: SessionId, request: DeleteRequest): Promise<DeletedSession> {
    const asked = await findSession(this.#deps.db.read, sessionId);
    const deleting = this.#deps.turns.run(sessionId, () => this.#delete(sessionId, asked, request));
    this.#running.add(deleting);
    try {
      return await deleting;
    } finally {
      this.#running.delete(deleting);
    }
  }

  /**
   * Ends a deletion that a crash interrupted before it was done: brings back what had been moved. Fault: those of bringing back; then the
   * session still counts as being deleted, and the next start or the next request tries again.
   */
  undo(record: TrashRecord): Promise<void> {
    return this.#deps.turns.run(record.sessionId ?? record.id, () => this.#takeBack(record));
  }

  /** Resolves when no deletion is under way. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async #delete(sessionId: SessionId, asked: SessionRecord | null, request: DeleteRequest): Promise<DeletedSession> {
    const { db } = this.#deps;
    const session = await findSession(db.read, sessionId);
    // Another request has deleted it as never used while this one waited for its turn.
    if (session === null && asked !== null && asked.deletedAt === null) return { trashId: null };
    const left = session && (await findTrashOfSession(db.read, sessionId));
    if (left?.state === "kept") return { trashId: left.id };
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
    if (left) await this.#takeBack(left);
    if (await this.#deleteUnused(session)) return { trashId: null };
    const look = () => this.#underLocks(session, () => this.#look(sessionId));
    let first = await look();
    if (decideStopFirst(first, request)) {
      await this.#deps.stop(sessionId, true);
      first = await look();
    }
    const decision = decideDelete(first, request);
    if (decision.kind === "refuse") throw new DomainError(decision.fault);
    const record = await this.#begin(session, decision.isForced);
    try {
      return await this.#carryOut(session, record, first, request);
    } catch (error) {
      await this.#takeBack((await findTrashOfSession(db.read, sessionId)) ?? record);
      throw error;
    }
  }

  async #carryOut(session: SessionRecord, record: TrashRecord, first: DeleteLook, request: DeleteRequest): Promise<DeletedSession> {
    const { stop, settleEdits, failpoint } = this.#deps;
    await failpoint?.("delete.intended");
    const left = await stop(session.id, record.isForced);
    await failpoint?.("delete.stopped");
    return this.#underLocks(session, async (worktree) => {
      // Under the locks: an apply that was under way until now has only just answered.
      await settleEdits();
      const second = await this.#look(session.id);
      const decision = decideSecondLook(first, second, record.isForced ? request : UNFORCED, left);
      if (decision.kind === "refuse") throw new DomainError(decision.fault);
      // One that the person made is only released: nothing of it is touched.
      if (worktree !== null && worktree.adopted !== "worktree") {
        const project = await requireProject(this.#deps.db, session.projectId);
        await putAway(this.#deps, { record, project, worktree }, decision.isForced);
      }
      await this.#finish(record, worktree);
      await failpoint?.("delete.done");
      return { trashId: record.id };
    });
  }

  /** W4: what is about to go, as it is now. */
  async #look(sessionId: SessionId): Promise<DeleteLook> {
    const worktree = await findLiveWorktree(this.#deps.db.read, sessionId);
    const { report, consent } = await this.#deps.gatherRisk({ sessionId, worktree });
    return { reports: [report], consent };
  }

  /** The project's lock first, then the worktree's, as everywhere. */
  #underLocks<T>({ id: sessionId, projectId }: SessionRecord, work: (worktree: Worktree | null) => Promise<T>): Promise<T> {
    const { db, locks } = this.#deps;
    return locks.project(projectId, () => locks.worktree({ sessionId }, async () => work(await findLiveWorktree(db.read, sessionId))));
  }

  /** Deletes a session in which nothing was ever asked and that has no worktree. */
  async #deleteUnused(session: SessionRecord): Promise<boolean> {
    const { db, stop } = this.#deps;
    if (!(await isUnused(db.read, session.id))) return false;
    const isGone = await db.write("full", async (tx, announce) => {
      // A prompt may have been accepted, or a worktree begun, meanwhile.
      if (!(await isUnused(tx, session.id))) return false;
      await deleteSession(tx, session.id);
      announce.changed("sessions", [session.id], session.id);
      return true;
    });
    if (isGone) await stop(session.id, false);
    return isGone;
  }

  /** W6: stores the intent. From here on the session takes no new work. */
  #begin(session: SessionRecord, isForced: boolean): Promise<TrashRecord> {
    const { db, time } = this.#deps;
    const beganAt = time.now();
    return db.write("full", async (tx, announce) => {
      const found = await findSession(tx, session.id);
      if (!found || found.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId: session.id });
      const worktree = await findLiveWorktree(tx, session.id);
      const record: TrashRecord = {
        id: TrashId.parse(newId("trash", beganAt)),
        kind: "session",
        sessionId: session.id,
        projectId: session.projectId,
        worktreeId: worktree?.id ?? null,
        title: found.title,
        branch: worktree?.branch ?? null,
        state: "intended",
        holds: worktree?.adopted === "worktree" ? "released" : "records",
        isForced,
        worktree: null,
        beganAt,
        deletedAt: null,
        expiresAt: null,
      };
      await insertTrash(tx, record);
      announce.changed("sessions", [session.id], session.id);
      return record;
    });
  }

  /** Everything has been moved: the session is in the trash from this transaction on. */
  async #finish({ id, sessionId }: TrashRecord, worktree: Worktree | null): Promise<void> {
    const { db, time } = this.#deps;
    const deletedAt = time.now();
    await db.write("full", async (tx, announce) => {
      await updateTrash(tx, id, { state: "kept", deletedAt, expiresAt: deletedAt + TRASH_KEPT_MS });
      await updateSession(tx, sessionId!, { deletedAt });
      if (worktree) await updateWorktree(tx, worktree.id, { state: "removed" });
      announce.changed("sessions", [sessionId!], sessionId);
      announce.changed("worktrees", worktree ? [worktree.id] : [], sessionId);
      announce.changed("trash", [id]);
    });
  }

  /**
   * Brings back what was moved and forgets the intent. On a disk that accepts no writes it goes on in the background, so that the session
   * takes work again as soon as there is space.
   */
  async #takeBack(record: TrashRecord): Promise<void> {
    try {
      await writeOrLater(this.#deps, () => this.#takeBackOnce(record));
    } catch (error) {
      this.#deps.logger.error({ err: error, trashId: record.id, sessionId: record.sessionId }, "A deletion could not be taken back");
      throw error;
    }
  }

  async #takeBackOnce(record: TrashRecord): Promise<true> {
    const { id, sessionId, worktreeId } = record;
    await bringSessionBack(this.#deps, record, { mayFill: false });
    await forgetPins(this.#deps, record);
    await this.#deps.db.write("full", async (tx, announce) => {
      await deleteTrash(tx, id);
      announce.changed("sessions", sessionId === null ? [] : [sessionId], sessionId);
      announce.changed("worktrees", worktreeId === null ? [] : [worktreeId], sessionId);
    });
    return true;
  }
}

/** Whether nothing was ever asked in a session, and it has no worktree. */
async function isUnused(db: Queryable, sessionId: SessionId): Promise<boolean> {
  const [task] = await listTasks(db, { sessionId, limit: 1 });
  return task === undefined && (await findLiveWorktree(db, sessionId)) === null;
}
