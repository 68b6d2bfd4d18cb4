import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ProjectId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";

/** Returns the project. Fault: `project_not_found`. */
export async function requireProject(db: Database, projectId: ProjectId): Promise<Project> {
  const project = await findProject(db.read, projectId);
  if (project === null) throw new DomainError({ kind: "project_not_found", projectId });
  return project;
}
