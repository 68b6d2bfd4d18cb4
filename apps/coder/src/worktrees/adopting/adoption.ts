import { lstat, realpath } from "node:fs/promises";
import { basename, isAbsolute, resolve } from "node:path";
import type { Database, Queryable } from "@boocode/db/database";
import { findProject, listProjects } from "@boocode/db/stores/project-store";
import { listSessions } from "@boocode/db/stores/sessions/session-store";
import { insertWorktree, listWorktrees, updateWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { type ProjectId, type SessionId, WorktreeId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { Adopt } from "@boocode/shared/sessions/session";
import { type Adoptable, MAX_ADOPTABLE } from "@boocode/shared/worktrees/adopting/adoptable";
import {
  type AdoptFacts,
  decideAdoptBranch,
  decideAdoptWorktree,
  type ListedWorktree,
  type NotAdoptable,
} from "@boocode/shared/worktrees/adopting/decide-adopt";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";
import type { Locks } from "../../platform/locks.ts";
import type { Logger } from "../../platform/logger.ts";
import { newId } from "../../platform/new-id.ts";
import type { Time } from "../../platform/time.ts";
import { toCheckpointRef } from "../checkpoint-taker.ts";
import { CHECKED_OUT, CHECKPOINT_COMMITTER, commitCheckpoint, toCommitWords } from "../checkpoints/commit-checkpoint.ts";
import { requireOwnCheckout } from "../checkpoints/require-own-checkout.ts";
import { findBranch, listBranches } from "../making/list-branches.ts";
import { lookAtOperation } from "../removal/looks/look-at-operation.ts";
import { lookAtWorktree, readGitLink } from "../watch/look-at-worktree.ts";
import type { Worktrees } from "../worktrees.ts";
import { listWorktreesOfGit } from "./list-worktrees.ts";
import { readAdoptedBase } from "./read-adopted-base.ts";

type Transaction = Parameters<typeof insertWorktree>[0];
/** Stores what is adopted. Fault: `not_adoptable`. */
export type InsertAdopted = (tx: Transaction) => Promise<void>;

export interface AdoptionDeps {
  db: Database;
  git: Git;
  locks: Locks;
  time: Pick<Time, "now">;
  logger: Logger;
  worktrees: Pick<Worktrees, "openRaw" | "takeIdle">;
  worktreesDir: string;
}

/** What of the person's a new session is to work on. */
export interface AdoptionPlan {
  /** The session's title, if the person gave none: the name of the branch or the folder. */
  title: string;
  /** Null: a worktree is adopted. */
  branch: string | null;
  /** Null: a branch is adopted; its worktree is made when first needed. */
  worktree: Worktree | null;
}

const MAX_TITLE = 120;

/** Makes the person's own worktrees and branches those of sessions. Changes nothing of theirs. */
export class Adoption {
  readonly #deps: AdoptionDeps;

  constructor(deps: AdoptionDeps) {
    this.#deps = deps;
  }

  /** Lists what of a project can be adopted. Faults: `project_not_found`, those of git. */
  async list(projectId: ProjectId): Promise<Adoptable> {
    const { db, git } = this.#deps;
    const project = await findProject(db.read, projectId);
    if (project === null) throw new DomainError({ kind: "project_not_found", projectId });
    const facts = await this.#readFacts(db.read, project.id);
    const [listed, branches] = await Promise.all([listWorktreesOfGit(git, project.path), listBranches(git, project.path)]);
    const free = listed.filter((each) => decideAdoptWorktree(each, facts) === null);
    const found = (await Promise.all(free.map(describe))).filter((each) => each !== null);
    const freeBranches = branches.filter((each) => decideAdoptBranch(each, facts) === null);
    return {
      worktrees: found.slice(0, MAX_ADOPTABLE.worktrees),
      branches: freeBranches.slice(0, MAX_ADOPTABLE.branches).map(({ name, committedAt }) => ({ name, committedAt })),
      isCut: found.length > MAX_ADOPTABLE.worktrees || freeBranches.length > MAX_ADOPTABLE.branches,
    };
  }

  /**
   * Looks at what is to be adopted, and changes nothing. Faults: `not_adoptable`, `path_not_absolute`, `path_not_found`, `no_commits`,
   * `worktree_elsewhere`, those of git.
   */
  async plan(project: Project, sessionId: SessionId, adopt: Adopt): Promise<AdoptionPlan> {
    const { db, git } = this.#deps;
    const facts = await this.#readFacts(db.read, project.id);
    if ("branch" in adopt) {
      const { branch } = adopt;
      const refusal = decideAdoptBranch((await findBranch(git, project.path, branch)) ?? undefined, facts);
      if (refusal !== null) throw refuse(branch, refusal);
      return { title: branch.slice(0, MAX_TITLE), branch, worktree: null };
    }
    if (!isAbsolute(adopt.path)) throw new DomainError({ kind: "path_not_absolute", path: adopt.path });
    const path = await realpath(adopt.path).catch(() => resolve(adopt.path));
    const listed = (await listWorktreesOfGit(git, project.path)).find((each) => each.path === path);
    const refusal = decideAdoptWorktree(listed, facts);
    if (refusal?.because === "foreign" && !(await isThere(path))) throw new DomainError({ kind: "path_not_found", path });
    if (refusal !== null) throw refuse(path, refusal);
    const worktree = await this.#describe(project, sessionId, path);
    return { title: (listed?.branch ?? basename(path)).slice(0, MAX_TITLE), branch: null, worktree };
  }

  /**
   * Stores a session with what it adopts: `store` writes the session and calls what it is given in the same transaction, which refuses
   * where another session was faster. An adopted worktree's files then become its first checkpoint, the person's.
   *
   * Fault: `not_adoptable`.
   */
  async adopt(
    { project, sessionId, plan }: { project: Project; sessionId: SessionId; plan: AdoptionPlan },
    store: (insert: InsertAdopted) => Promise<void>,
  ): Promise<void> {
    const { worktree, branch } = plan;
    const insert = async (tx: Transaction) => {
      const others = (await listSessions(tx, { projectId: project.id, includeArchived: true })).filter(({ id }) => id !== sessionId);
      const taken = worktree
        ? (await this.#readFacts(tx, project.id)).byPath.get(worktree.path)
        : others.find(({ adoptedBranch }) => adoptedBranch === branch)?.id;
      if (taken !== undefined) throw refuse(worktree?.path ?? branch ?? "", { because: "session", sessionId: taken, at: null });
      if (worktree) await insertWorktree(tx, worktree);
    };
    await this.#deps.locks.worktree({ sessionId }, async () => {
      await store(insert);
      if (worktree) await this.#begin(worktree, project);
    });
  }

  /** The row of an adopted worktree. Its base is its HEAD: what the person committed there before is not for review. */
  async #describe(project: Project, sessionId: SessionId, path: string): Promise<Worktree> {
    const { git, time } = this.#deps;
    const look = await lookAtWorktree(path);
    if (look.kind !== "folder" || look.head === null) throw refuse(path, { because: "missing", sessionId: null, at: null });
    await requireOwnCheckout(git, project.path, path);
    const [baseCommit, baseTree] = await this.#readHead(path);
    const { dev } = await lstat(path, { bigint: true });
    return {
      id: WorktreeId.parse(newId("wkt", time.now())),
      sessionId,
      projectId: project.id,
      hostId: project.hostId,
      path,
      branch: look.head,
      adopted: "worktree",
      baseCommit,
      baseTree,
      lastCheckpoint: null,
      device: String(dev),
      inode: look.inode,
      state: "live",
      head: look.head,
      // The person has set it up.
      setUpAt: time.now(),
      createdAt: time.now(),
    };
  }

  async #readHead(path: string): Promise<[commit: string, tree: string]> {
    const found: string[] = [];
    for (const name of ["HEAD^{commit}", "HEAD^{tree}"]) {
      const { exitCode, text } = await this.#deps.git.read(path, ["rev-parse", "--verify", "--quiet", name], { exitCodes: [0, 1] });
      if (exitCode !== 0) throw new DomainError({ kind: "no_commits", path });
      found.push(text);
    }
    return [found[0]!, found[1]!];
  }

  /**
   * Begins the worktree's checkpoints. Where that fails, the next checkpoint begins them, and says why it cannot. The caller holds the
   * worktree's lock.
   */
  async #begin(worktree: Worktree, project: Project): Promise<void> {
    const { db, time, worktrees, logger } = this.#deps;
    try {
      const raw = await worktrees.openRaw(worktree, project.path);
      const baseTree = await readAdoptedBase(raw, worktree.baseTree);
      const lastCheckpoint = await commitCheckpoint(raw, {
        ref: toCheckpointRef(worktree.id),
        tree: baseTree,
        first: worktree.baseCommit,
        firstTree: worktree.baseTree,
        words: toCommitWords(raw.person, { author: CHECKPOINT_COMMITTER, message: `${CHECKED_OUT}\n`, at: time.now() }),
      });
      const begun = await db.write("full", (tx) => updateWorktree(tx, worktree.id, { baseTree, lastCheckpoint }));
      if (begun) await worktrees.takeIdle(begun, { author: null, isIdle: async () => true });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      logger.warn({ err: error, path: worktree.path }, "The first checkpoint of an adopted worktree could not be taken");
    }
  }

  async #readFacts(db: Queryable, projectId: ProjectId): Promise<AdoptFacts> {
    const [projects, rows, sessions, worktreesDir] = await Promise.all([
      listProjects(db),
      listWorktrees(db),
      listSessions(db, { projectId, includeArchived: true }),
      realpath(this.#deps.worktreesDir).catch(() => this.#deps.worktreesDir),
    ]);
    const known = rows.filter(({ state }) => state !== "removed");
    // A branch that BooCode made comes back with its session from the trash; the person's own is theirs meanwhile.
    const ofBranches = rows.filter((row) => row.projectId === projectId && row.adopted !== "worktree");
    return {
      projectPaths: new Set(projects.map(({ path }) => path)),
      worktreesDir,
      byPath: new Map(known.map(({ path, sessionId }) => [path, sessionId])),
      byBranch: new Map([
        ...ofBranches
          .filter(({ adopted, state }) => adopted === null || state !== "removed")
          .map(({ branch, sessionId }) => [branch, sessionId] as const),
        ...sessions.flatMap(({ id, adoptedBranch }) => (adoptedBranch === null ? [] : [[adoptedBranch, id] as const])),
      ]),
    };
  }
}

const refuse = (what: string, refusal: NotAdoptable) => new DomainError({ kind: "not_adoptable", what, ...refusal });

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Returns null if its folder cannot be read, or its link to the repository is gone: then it cannot be adopted either. */
async function describe({ path, head, branch }: ListedWorktree): Promise<Adoptable["worktrees"][number] | null> {
  const look = await lookAtWorktree(path).catch(() => null);
  const gitDir = await readGitLink(path);
  if (head === null || gitDir === null || look?.kind !== "folder" || look.head === null) return null;
  return { path, branch, head, operation: await lookAtOperation(gitDir).catch(() => null) };
}
