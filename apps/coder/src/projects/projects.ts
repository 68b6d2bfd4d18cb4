import { realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Database } from "@boocode/db/database";
import { deleteProject, findProjectByPath, insertProject, listProjects } from "@boocode/db/stores/project-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { ProjectId } from "@boocode/shared/ids";
import type { AddProjectInput, PathCompletion, Project, RecentRepository } from "@boocode/shared/projects/project";
import { SAMPLE_PROJECT } from "../demo/sample-project.ts";
import type { Time } from "../platform/time.ts";
import type { Git } from "../platform/git/git.ts";
import type { Locks } from "../platform/locks.ts";
import { newId } from "../platform/new-id.ts";
import { completePath } from "./complete-path.ts";
import { contains, findRepository } from "./find-repository.ts";
import { RecentRepositories } from "./recent-repositories.ts";
import { makeDemoProject, type CommitIdentity } from "./make-demo-project.ts";

/** This machine. */
const LOCAL_HOST = "local";

export interface ProjectsDeps {
  db: Database;
  git: Git;
  locks: Locks;
  time: Pick<Time, "now" | "elapsedMs" | "after">;
  dataDir: string;
  worktreesDir: string;
  home: string;
  /** The author of the demo project's commit. */
  demoIdentity: CommitIdentity;
}

/** The demo checkout is created before it is registered, so it has no project id yet. */
const DEMO = "demo";

/** The registered repositories. */
export class Projects {
  readonly #deps: ProjectsDeps;
  readonly #recent: RecentRepositories;

  constructor(deps: ProjectsDeps) {
    this.#deps = deps;
    const { home, time, dataDir, worktreesDir } = deps;
    this.#recent = new RecentRepositories({ home, time, ownFolders: [dataDir, worktreesDir] });
  }

  list(): Promise<Project[]> {
    return listProjects(this.#deps.db.read);
  }

  /**
   * Registers the repository a folder belongs to. Returns the existing project if it is already registered. Faults: those of
   * `findRepository`, `inside_data_dir`, `invalid_input` for an unknown host.
   */
  async add(input: AddProjectInput): Promise<Project> {
    if (input.hostId !== undefined && input.hostId !== LOCAL_HOST) {
      throw new DomainError({ kind: "invalid_input", issues: [{ path: "hostId", message: `There is no host ${input.hostId}.` }] });
    }
    const { git, db, time, home } = this.#deps;
    const { path, defaultBranch } = await findRepository(git, input.path, home);
    const isDemo = path === (await resolveLinks(this.#demoPath()));
    if (!isDemo) await this.#refuseOwnFolders(path);
    const project: Project = {
      id: ProjectId.parse(newId("prj", time.now())),
      hostId: LOCAL_HOST,
      name: input.name ?? (isDemo ? "Demo project" : basename(path) || path),
      path,
      defaultBranch,
      isDemo,
      createdAt: time.now(),
    };
    return db.write("full", async (tx, announce) => {
      const known = await findProjectByPath(tx, project.hostId, project.path);
      if (known) return known;
      await insertProject(tx, project);
      announce.changed("projects", [project.id]);
      return project;
    });
  }

  /** Creates the demo project's repository in the data directory if missing, and registers it. */
  async addDemo(): Promise<Project> {
    const { git, demoIdentity } = this.#deps;
    const path = this.#demoPath();
    await this.#deps.locks.project(DEMO, () =>
      makeDemoProject(git, { path, files: SAMPLE_PROJECT, identity: demoIdentity, message: "A packing list" }),
    );
    return this.add({ path });
  }

  /**
   * Unregisters the project without touching any file. Faults: `project_not_found`; `project_busy` while it has sessions, archived ones
   * included, or worktrees.
   */
  async remove(projectId: ProjectId): Promise<void> {
    await this.#deps.db.write("full", async (tx, announce) => {
      const isRemoved = await deleteProject(tx, projectId);
      if (!isRemoved) throw new DomainError({ kind: "project_not_found", projectId });
      announce.changed("projects", [projectId]);
    });
  }

  /** Completes `prefix` to at most 50 folders; `~` is the home directory. Hidden folders are listed only after a dot. */
  completePath(prefix: string): Promise<PathCompletion[]> {
    return completePath(prefix, this.#deps.home);
  }

  /** The repositories below the home folder that were used last and are not registered, the latest first, at most eight. */
  async listRecent(): Promise<RecentRepository[]> {
    const known = await listProjects(this.#deps.db.read);
    return this.#recent.list(new Set(known.map(({ path }) => path)));
  }

  #demoPath(): string {
    return join(this.#deps.dataDir, "demo-project");
  }

  async #refuseOwnFolders(path: string): Promise<void> {
    for (const folder of [this.#deps.dataDir, this.#deps.worktreesDir]) {
      if (contains(await resolveLinks(folder), path)) throw new DomainError({ kind: "inside_data_dir", path });
    }
  }
}

const resolveLinks = (path: string) => realpath(path).catch(() => path);
