import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ProjectId } from "@boocode/shared/ids";
import { Project } from "@boocode/shared/projects/project";
import type { Transaction } from "kysely";
import type { Queryable } from "../database.ts";
import { recordCodec } from "../record-codec.ts";
import type { ProjectTable, Schema } from "../schema.ts";

const codec = recordCodec<ProjectTable, Project>("project", Project, {
  id: "id",
  hostId: "host_id",
  name: "name",
  path: "path",
  defaultBranch: "default_branch",
  isDemo: { column: "is_demo", as: "flag" },
  createdAt: "created_at",
});

/** Stores a new project. Its host and path must not be registered yet: check with `findProjectByPath` in the same transaction. */
export async function insertProject(tx: Transaction<Schema>, project: Project): Promise<void> {
  await tx.insertInto("projects").values(codec.toRow(project)).execute();
}

/** Returns the project, or null. */
export async function findProject(db: Queryable, id: ProjectId): Promise<Project | null> {
  const row = await db.selectFrom("projects").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns the project at this path of a host, or null. Compares the path literally, so resolve it first. */
export async function findProjectByPath(db: Queryable, hostId: string, path: string): Promise<Project | null> {
  const row = await db.selectFrom("projects").selectAll().where("host_id", "=", hostId).where("path", "=", path).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns all projects, ordered by name. */
export async function listProjects(db: Queryable): Promise<Project[]> {
  const rows = await db.selectFrom("projects").selectAll().orderBy("name").orderBy("created_at").orderBy("id").execute();
  return rows.map(codec.toRecord);
}

/**
 * Removes a project's row. Returns false if there is none.
 *
 * Faults: `project_busy` while sessions (also deleted ones that are not purged yet) or worktrees belong to it.
 */
export async function deleteProject(tx: Transaction<Schema>, id: ProjectId): Promise<boolean> {
  const [sessions, trash, worktrees] = await Promise.all([
    tx.selectFrom("sessions").select(["archived", "deleted_at"]).where("project_id", "=", id).execute(),
    tx.selectFrom("trash").select(["deleted_at"]).where("project_id", "=", id).execute(),
    tx.selectFrom("worktrees").select("session_id").where("project_id", "=", id).execute(),
  ]);
  if (sessions.length + trash.length + worktrees.length > 0) {
    const kept = sessions.filter(({ deleted_at }) => deleted_at === null);
    throw new DomainError({
      kind: "project_busy",
      projectId: id,
      sessions: kept.length,
      archived: kept.filter(({ archived }) => archived === 1).length,
      orphans: worktrees.filter(({ session_id }) => session_id === null).length,
      trashed: trash.filter(({ deleted_at }) => deleted_at !== null).length,
    });
  }
  await tx.deleteFrom("agent_commands").where("project_id", "=", id).execute();
  const { numDeletedRows } = await tx.deleteFrom("projects").where("id", "=", id).executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}
