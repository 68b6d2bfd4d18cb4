import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/project-store";
import { findSession, insertSession, listSessions, updateSession, type SessionPatch } from "@boocode/db/session-store";
import { listOpenTasks } from "@boocode/db/task-store";
import { DEFAULT_SESSION_TITLE } from "@boocode/shared/chats/to-title";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { type ProjectId, SessionId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { CreateSessionInput, Session, SessionRecord } from "@boocode/shared/sessions/session";
import type { AgentPool } from "../agents/agent-pool.ts";
import type { Time } from "../platform/time.ts";
import { newId } from "../platform/new-id.ts";
import { deriveSessions } from "./derive-sessions.ts";

export interface Sessions {
  /** Newest activity first, without deleted ones. */
  list(input: { projectId?: ProjectId | undefined; includeArchived?: boolean | undefined }): Promise<Session[]>;
  find(sessionId: SessionId): Promise<Session>;
  create(input: CreateSessionInput): Promise<Session>;
  rename(sessionId: SessionId, title: string): Promise<Session>;
  /** Refused while a task is open. The worktree stays. */
  archive(sessionId: SessionId, archived: boolean): Promise<Session>;
}

export interface SessionsDeps {
  db: Database;
  time: Pick<Time, "now">;
  pool: AgentPool;
  /** Whether a branch, tag or commit is there to start from. */
  hasCommit(project: Project, ref: string): Promise<boolean>;
}

/** The sessions of every project. Faults: `session_not_found`, `project_not_found`, `base_ref_not_found`, `session_busy`. */
export function createSessions(deps: SessionsDeps): Sessions {
  const { db, time } = deps;
  const find = async (sessionId: SessionId): Promise<Session> => {
    const record = await findSession(db.read, sessionId);
    const [session] = record === null || record.deletedAt !== null ? [] : await deriveSessions(db.read, [record]);
    if (!session) throw new DomainError({ kind: "session_not_found", sessionId });
    return session;
  };
  const update = async (sessionId: SessionId, patch: SessionPatch, mustBeIdle: boolean): Promise<Session> => {
    await db.write("full", async (tx, announce) => {
      const record = await findSession(tx, sessionId);
      if (record === null || record.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
      const openTasks = mustBeIdle ? (await listOpenTasks(tx, sessionId)).length : 0;
      if (openTasks > 0) throw new DomainError({ kind: "session_busy", sessionId, openTasks });
      await updateSession(tx, sessionId, patch);
      announce.changed("sessions", [sessionId], sessionId);
    });
    return find(sessionId);
  };
  return {
    list: async (input) => deriveSessions(db.read, await listSessions(db.read, input)),
    find,
    create: async (input) => {
      const project = await findProject(db.read, input.projectId);
      if (project === null) throw new DomainError({ kind: "project_not_found", projectId: input.projectId });
      const { baseRef } = input;
      if (baseRef !== undefined && !(await deps.hasCommit(project, baseRef)))
        throw new DomainError({ kind: "base_ref_not_found", baseRef });
      const at = time.now();
      const session: SessionRecord = {
        id: SessionId.parse(newId("ses", at)),
        projectId: project.id,
        title: input.title ?? DEFAULT_SESSION_TITLE,
        baseRef: baseRef ?? null,
        archived: false,
        lastSeq: 0,
        createdAt: at,
        lastActivityAt: at,
        deletedAt: null,
      };
      await db.write("full", async (tx, announce) => {
        // It may have been removed while its ref was looked up.
        const isThere = await findProject(tx, project.id);
        if (!isThere) throw new DomainError({ kind: "project_not_found", projectId: project.id });
        await insertSession(tx, session);
        announce.changed("sessions", [session.id], session.id);
      });
      return find(session.id);
    },
    rename: (sessionId, title) => update(sessionId, { title }, false),
    archive: async (sessionId, archived) => {
      const session = await update(sessionId, { archived }, archived);
      if (archived) deps.pool.retireSession(sessionId);
      return session;
    },
  };
}
