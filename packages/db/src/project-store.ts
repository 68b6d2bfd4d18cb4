import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ProjectId } from "@boocode/shared/ids";
import { Project } from "@boocode/shared/projects/project";
import type { Transaction } from "kysely";
import type { Queryable } from "./database.ts";
import { recordCodec } from "./record-codec.ts";
import type { ProjectTable, Schema } from "./schema.ts";

const codec = recordCodec<ProjectTable, Project>("project", Project, {
  id: "id",
  hostId: "host_id",
  name: "name",
  path: "path",
  defaultBranch: "default_branch",
  isDemo: { column: "is_demo", as: "flag" },
  createdAt: "created_at",
});

/** Stores a new project; its host and path may not be registered yet: ask `findProjectByPath` in the same transaction. */
export async function insertProject(tx: Transaction<Schema>, project: Project): Promise<void> {
  await tx.insertInto("projects").values(codec.toRow(project)).execute();
}

/** The project, or null. */
export async function findProject(db: Queryable, id: ProjectId): Promise<Project | null> {
  const row = await db.selectFrom("projects").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** The project at this path of a host, or null. The path is compared as it is: resolve it first. */
export async function findProjectByPath(db: Queryable, hostId: string, path: string): Promise<Project | null> {
  const row = await db.selectFrom("projects").selectAll().where("host_id", "=", hostId).where("path", "=", path).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Every project, by name. */
export async function listProjects(db: Queryable): Promise<Project[]> {
  const rows = await db.selectFrom("projects").selectAll().orderBy("name").orderBy("created_at").orderBy("id").execute();
  return rows.map(codec.toRecord);
}

/**
 * Removes a project's row; false where there is none.
 *
 * Faults: `project_busy` while sessions (deleted ones too, until they are purged) or worktrees belong to it.
 */
export async function deleteProject(tx: Transaction<Schema>, id: ProjectId): Promise<boolean> {
  const sessions = await tx.selectFrom("sessions").select("id").where("project_id", "=", id).execute();
  const worktrees = await tx.selectFrom("worktrees").select("id").where("project_id", "=", id).limit(1).execute();
  if (sessions.length + worktrees.length > 0) throw new DomainError({ kind: "project_busy", projectId: id, sessions: sessions.length });
  const { numDeletedRows } = await tx.deleteFrom("projects").where("id", "=", id).executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}
