import type { Database, Queryable } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { findSession, insertSession, listSessions, updateSession, type SessionPatch } from "@boocode/db/stores/sessions/session-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
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
import type { Terminals } from "../terminals/terminals.ts";
import type { Adoption, InsertAdopted } from "../worktrees/adopting/adoption.ts";
import { Layouts } from "./layouts.ts";
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
  terminals: Pick<Terminals, "endSession">;
  /** The sessions in which a budget holds a prompt. */
  listHeld(): ReadonlySet<SessionId>;
  adoption: Pick<Adoption, "plan" | "adopt">;
  /** Returns whether a branch, tag or commit exists to start from. */
  hasCommit(project: Project, ref: string): Promise<boolean>;
}

/** The sessions of every project. Faults: `session_not_found`, `project_not_found`, `base_ref_not_found`, `session_busy`. */
export class Sessions {
  readonly #deps: SessionsDeps;
  readonly layouts: Layouts;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
    this.layouts = new Layouts(deps);
  }

  /** Lists sessions by latest activity, without deleted ones. */
  async list(input: ListSessionsInput): Promise<Session[]> {
    const { read } = this.#deps.db;
    return deriveSessions(read, await listSessions(read, input), this.#deps.listHeld());
  }

  async find(sessionId: SessionId): Promise<Session> {
    const { read } = this.#deps.db;
    const record = await findSession(read, sessionId);
    const [session] = record === null || record.deletedAt !== null ? [] : await deriveSessions(read, [record], this.#deps.listHeld());
    if (!session) throw new DomainError({ kind: "session_not_found", sessionId });
    return session;
  }

  /** Creates a session; one that adopts something of the person's also has the faults of {@link Adoption}. */
  async create({ projectId, baseRef, title, adopt }: CreateSessionInput): Promise<Session> {
    const { db, time, adoption, hasCommit } = this.#deps;
    const project = await findProject(db.read, projectId);
    if (project === null) throw new DomainError({ kind: "project_not_found", projectId });
    if (baseRef !== undefined && !(await hasCommit(project, baseRef))) throw new DomainError({ kind: "base_ref_not_found", baseRef });
    const at = time.now();
    const id = SessionId.parse(newId("ses", at));
    const plan = adopt === undefined ? null : await adoption.plan(project, id, adopt);
    const session: SessionRecord = {
      id,
      projectId,
      title: title ?? plan?.title ?? DEFAULT_SESSION_TITLE,
      baseRef: baseRef ?? null,
      adoptedBranch: plan?.branch ?? null,
      archived: false,
      lastSeq: 0,
      createdAt: at,
      lastActivityAt: at,
      deletedAt: null,
    };
    const store = (also: InsertAdopted) =>
      db.write("full", async (tx, announce) => {
        // The project may have been removed while its ref was resolved.
        const isThere = await findProject(tx, projectId);
        if (!isThere) throw new DomainError({ kind: "project_not_found", projectId });
        await insertSession(tx, session);
        await also(tx);
        announce.changed("sessions", [id], id);
      });
    if (plan === null) await store(async () => {});
    else await adoption.adopt({ project, sessionId: id, plan }, store);
    return this.find(id);
  }

  rename(sessionId: SessionId, title: string): Promise<Session> {
    return this.#update(sessionId, { title }, false);
  }

  /**
   * Archives a session, or restores it. Archiving is refused while a task is open; it ends processes the session left running, and its terminals, and keeps the
   * worktree.
   */
  async archive(sessionId: SessionId, archived: boolean): Promise<Session> {
    if (!archived) return this.#update(sessionId, { archived }, false);
    const known = await this.find(sessionId);
    await this.#refuseBusy(this.#deps.db.read, sessionId);
    // The agents are ended even if the disk is full.
    this.#deps.pool.retireSession(sessionId);
    void this.#deps.background.endSession(sessionId);
    void this.#deps.terminals.endSession(sessionId);
    const updated = await writeOrLater(this.#deps, () => this.#update(sessionId, { archived }, true));
    // Again, for a terminal that began before the session was archived. From now on none begins.
    void this.#deps.terminals.endSession(sessionId);
    return updated ?? { ...known, archived };
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
