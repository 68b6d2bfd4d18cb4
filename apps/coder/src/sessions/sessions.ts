import type { Database, Queryable } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { requireSession } from "@boocode/db/stores/require-session";
import { findSession, insertSession, listSessions, updateSession, type SessionPatch } from "@boocode/db/stores/session-store";
import { listOpenTasks } from "@boocode/db/stores/task-store";
import { DEFAULT_SESSION_TITLE } from "@boocode/shared/chats/to-title";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { type ProjectId, SessionId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { CreateSessionInput, Session, SessionRecord } from "@boocode/shared/sessions/session";
import type { AgentPool } from "../agents/agent-pool.ts";
import type { BackgroundProcesses } from "../agents/background-processes.ts";
import type { Time } from "../platform/time.ts";
import type { Logger } from "../platform/logger.ts";
import { writeOrLater } from "../platform/retry-write.ts";
import { newId } from "../platform/new-id.ts";
import { deriveSessions } from "./derive-sessions.ts";

interface ListSessionsInput {
  projectId?: ProjectId | undefined;
  includeArchived?: boolean | undefined;
}

export interface SessionsDeps {
  db: Database;
  time: Time;
  logger: Logger;
  pool: AgentPool;
  background: Pick<BackgroundProcesses, "endSession">;
  /** Returns whether a branch, tag or commit exists to start from. */
  hasCommit(project: Project, ref: string): Promise<boolean>;
}

/** The sessions of every project. Faults: `session_not_found`, `project_not_found`, `base_ref_not_found`, `session_busy`. */
export class Sessions {
  readonly #deps: SessionsDeps;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /** Lists sessions by latest activity, without deleted ones. */
  async list(input: ListSessionsInput): Promise<Session[]> {
    const { read } = this.#deps.db;
    return deriveSessions(read, await listSessions(read, input));
  }

  async find(sessionId: SessionId): Promise<Session> {
    const { read } = this.#deps.db;
    const record = await findSession(read, sessionId);
    const [session] = record === null || record.deletedAt !== null ? [] : await deriveSessions(read, [record]);
    if (!session) throw new DomainError({ kind: "session_not_found", sessionId });
    return session;
  }

  async create({ projectId, baseRef, title }: CreateSessionInput): Promise<Session> {
    const { db, time, hasCommit } = this.#deps;
    const project = await findProject(db.read, projectId);
    if (project === null) throw new DomainError({ kind: "project_not_found", projectId });
    if (baseRef !== undefined && !(await hasCommit(project, baseRef))) throw new DomainError({ kind: "base_ref_not_found", baseRef });
    const at = time.now();
    const session: SessionRecord = {
      id: SessionId.parse(newId("ses", at)),
      projectId,
      title: title ?? DEFAULT_SESSION_TITLE,
      baseRef: baseRef ?? null,
      archived: false,
      lastSeq: 0,
      createdAt: at,
      lastActivityAt: at,
      deletedAt: null,
    };
    await db.write("full", async (tx, announce) => {
      // The project may have been removed while its ref was resolved.
      const isThere = await findProject(tx, projectId);
      if (!isThere) throw new DomainError({ kind: "project_not_found", projectId });
      await insertSession(tx, session);
      announce.changed("sessions", [session.id], session.id);
    });
    return this.find(session.id);
  }

  rename(sessionId: SessionId, title: string): Promise<Session> {
    return this.#update(sessionId, { title }, false);
  }

  /**
   * Archives a session, or restores it. Archiving is refused while a task is open; it ends processes the session left running and keeps the
   * worktree.
   */
  async archive(sessionId: SessionId, archived: boolean): Promise<Session> {
    if (!archived) return this.#update(sessionId, { archived }, false);
    const known = await this.find(sessionId);
    await this.#refuseBusy(this.#deps.db.read, sessionId);
    // The agents are ended even if the disk is full.
    this.#deps.pool.retireSession(sessionId);
    void this.#deps.background.endSession(sessionId);
    return (await writeOrLater(this.#deps, () => this.#update(sessionId, { archived }, true))) ?? { ...known, archived };
  }

  async #refuseBusy(db: Queryable, sessionId: SessionId): Promise<void> {
    const openTasks = (await listOpenTasks(db, sessionId)).length;
    if (openTasks > 0) throw new DomainError({ kind: "session_busy", sessionId, openTasks });
  }

  async #update(sessionId: SessionId, patch: SessionPatch, mustBeIdle: boolean): Promise<Session> {
    await this.#deps.db.write("full", async (tx, announce) => {
      await requireSession(tx, sessionId);
      if (mustBeIdle) await this.#refuseBusy(tx, sessionId);
      await updateSession(tx, sessionId, patch);
      announce.changed("sessions", [sessionId], sessionId);
    });
    return this.find(sessionId);
  }
}
