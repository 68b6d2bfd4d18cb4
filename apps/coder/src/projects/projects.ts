import type { ProjectId } from "@boocode/shared/ids";
import type { AddProjectInput, PathCompletion, Project } from "@boocode/shared/projects/project";

export interface Projects {
  list(): Promise<Project[]>;
  /** Adding what is already registered gives the registered one. */
  add(input: AddProjectInput): Promise<Project>;
  /** Makes the demo project's repository in the data directory if it is not there, and registers it. */
  addDemo(): Promise<Project>;
  /** Forgets the project; touches no file. Refused while it has sessions that are not archived. */
  remove(projectId: ProjectId): Promise<void>;
  /** At most 50 folders that `prefix` could become; `~` is the home directory. Hidden ones only when asked for by a dot. */
  completePath(prefix: string): Promise<PathCompletion[]>;
}
