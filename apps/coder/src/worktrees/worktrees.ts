import { lstat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/project-store";
import { findSession } from "@boocode/db/session-store";
import { findLiveWorktree, insertWorktree, updateWorktree, type WorktreePatch } from "@boocode/db/worktree-store";
import { DEFAULT_SESSION_TITLE } from "@boocode/shared/chats/to-title";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId, SessionId, TaskId, WorktreeId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import { toNamedBranch } from "@boocode/shared/worktrees/branch-name";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { SETUP_AUTHOR } from "@boocode/shared/worktrees/worktree-plan";
import type { Time } from "../platform/time.ts";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import type { Locks } from "../platform/locks.ts";
import { writeRawTree } from "./checkpoints/checkpoint.ts";
import { holdAtOnce } from "./checkpoints/commit-at-once.ts";
import { commitCheckpoint, readRefTip, toCommitWords, CHECKPOINT_COMMITTER, type RefTip } from "./checkpoints/commit-checkpoint.ts";
import type { CheckpointLimits } from "./checkpoints/collect-work.ts";
import { noteLeftOut, readLeftOut } from "./checkpoints/left-out.ts";
import { makeWorktree } from "./making/make-worktree.ts";
import { openOverlay } from "./checkpoints/overlay.ts";
import { planWorktree } from "./making/plan-worktree.ts";
import { renameBranch } from "./making/rename-branch.ts";
import { seedRawIndex } from "./checkpoints/raw-index.ts";
import { requireOwnCheckout } from "./checkpoints/require-own-checkout.ts";
import { readRawSettings, type RawWorktree } from "./checkpoints/raw-worktree.ts";
import { scanWorktree } from "./checkpoints/scan-worktree.ts";

export interface WorktreesDeps {
  db: Database;
  git: Git;
  locks: Locks;
  time: Pick<Time, "now">;
  worktreesDir: string;
  /** Where each worktree's own git directory for checkpoints lies. */
  checkpointsDir: string;
  /** Names this installation in the lock of each worktree. */
  installId: string;
  /** Other limits of a checkpoint than the usual. */
  limits?: Partial<CheckpointLimits>;
}

export interface CheckpointInput {
  /** Who changed what this checkpoint holds; null is the person. */
  author: AgentId | null;
  taskId: TaskId;
  chatId: ChatId;
  when: "before" | "after";
}

/** Git allows a file a writer of its own only where it pays; more than this many only wait for the disk. */
const MAX_CHECKOUT_WORKERS = 8;

/** The chain of a worktree's checkpoints. */
export const toCheckpointRef = (worktreeId: WorktreeId) => `refs/boocode/checkpoints/${worktreeId}`;

/** Whose what is held is, null being the person's, and what the commit says. */
interface CheckpointWords {
  author: AgentId | null;
  message: string;
}

/** A worktree as it was hashed, and the newest checkpoint before. */
interface Held {
  raw: RawWorktree;
  tree: string;
  leftOut: string[];
  known: RefTip | null;
  /** The commit of it, where it has been made already. */
  made?: string;
}

/** Sessions' git checkouts: made when first needed, and held by checkpoints. */
export class Worktrees {
  readonly #deps: WorktreesDeps;
  /** What was put on each chain last; good while the ref still says so. */
  readonly #tips = new Map<WorktreeId, RefTip>();

  constructor(deps: WorktreesDeps) {
    this.#deps = deps;
  }

  /** The session's worktree, or null before the first task. Looks at no disk. */
  find(sessionId: SessionId): Promise<Worktree | null> {
    return findLiveWorktree(this.#deps.db.read, sessionId);
  }

  /**
   * The session's worktree, made if it is not there; asked several times at once it is made once. What a crash left half made is finished.
   * Faults: `session_not_found`, `project_not_found`, `base_ref_not_found`, `no_commits`, `worktree_missing` (its folder is gone or
   * another one), those of git.
   */
  ensure(sessionId: SessionId): Promise<Worktree> {
    return this.#deps.locks.worktree({ sessionId }, async () => {
      const found = await this.find(sessionId);
      if (found && found.state !== "creating") {
        await this.#refuseMissing(found);
        return this.#name(found, sessionId);
      }
      const { project, planned } = await this.#plan(sessionId, found);
      return this.#finish(project, planned, found === null);
    });
  }

  /**
   * Holds the whole worktree as it is now in a commit; the newest one where nothing changed since. Index, HEAD and files stay untouched.
   * Faults: `worktree_missing`, those of git.
   */
  checkpoint(worktree: Worktree, input: CheckpointInput): Promise<Checkpoint> {
    const { author, taskId, chatId, when } = input;
    const message = `Checkpoint ${when} a turn\n\nBoocode-Task: ${taskId}\nBoocode-Chat: ${chatId}\n`;
    return this.#deps.locks.worktree(worktree, async () => {
      // An agent's turn has nearly always changed something.
      const held = (when === "after" && (await this.#holdAtOnce(worktree, { author, message }))) || (await this.#hold(worktree));
      return this.#keep(worktree, held, { author, message });
    });
  }

  /**
   * Holds what lies in a worktree where no turn runs: it is the person's, or its setup's. Null where a turn began before all of it was
   * read, since then some of it may be an agent's.
   * Faults: `worktree_missing`, those of git.
   */
  checkpointIdle(
    worktree: Worktree,
    { author, isIdle }: { author: typeof SETUP_AUTHOR | null; isIdle: () => Promise<boolean> },
  ): Promise<Checkpoint | null> {
    return this.#deps.locks.worktree(worktree, async () => {
      if (!(await isIdle())) return null;
      const held = await this.#hold(worktree);
      if (!(await isIdle())) return null;
      return this.#keep(worktree, held, { author, message: `Checkpoint ${author === null ? "between turns" : "after the setup"}\n` });
    });
  }

  /** Names of the files that are not on disk as the newest checkpoint holds them. Holds nothing. Faults: `worktree_missing`, those of git. */
  listUnheld(worktree: Worktree): Promise<string[]> {
    return this.#deps.locks.worktree(worktree, async () => {
      await this.#refuseMissing(worktree);
      const raw = await this.openRaw(worktree, (await this.#findProject(worktree)).path);
      const { changed, untracked } = await scanWorktree({ ...raw, git: this.#deps.git.inBackground() }, Infinity);
      return [...changed, ...untracked].map(BytePath.toText);
    });
  }

  /** What the newest checkpoint does not hold. */
  async leftOut({ id }: Worktree): Promise<string[]> {
    return readLeftOut(join(this.#deps.checkpointsDir, id));
  }

  /** Runs something while nothing else is done with the session's worktree. */
  alone<T>(sessionId: SessionId, run: () => Promise<T>): Promise<T> {
    return this.#deps.locks.worktree({ sessionId }, run);
  }

  /** The worktree with the git directory in which its bytes are hashed and compared. */
  async openRaw(worktree: Worktree, projectPath: string): Promise<RawWorktree> {
    const { git, checkpointsDir } = this.#deps;
    const [overlay, settings] = await Promise.all([
      openOverlay(git, join(checkpointsDir, worktree.id), projectPath, worktree.path),
      readRawSettings(git, projectPath),
    ]);
    return { git, path: worktree.path, overlay, ...settings };
  }

  /** Writes down what will be made before anything of it is: a crash in between leaves nothing that nobody knows. */
  async #plan(sessionId: SessionId, begun: Worktree | null): Promise<{ project: Project; planned: Worktree }> {
    const { db } = this.#deps;
    if (begun) return { project: await this.#findProject(begun), planned: begun };
    const session = await findSession(db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
    const project = await this.#findProject(session);
    const planned = await planWorktree(this.#deps, session, project);
    await db.write("full", (tx) => insertWorktree(tx, planned));
    return { project, planned };
  }

  /** A worktree that was made while its first prompt was written is called after that prompt, as one is that is made for it. */
  async #name(worktree: Worktree, sessionId: SessionId): Promise<Worktree> {
    const { db, git } = this.#deps;
    if (toNamedBranch(worktree.branch, "-", sessionId) === null) return worktree;
    const branch = toNamedBranch(worktree.branch, (await findSession(db.read, sessionId))?.title ?? DEFAULT_SESSION_TITLE, sessionId);
    if (branch === null || !(await renameBranch(git, worktree, branch))) return worktree;
    return this.#update(worktree, { branch, head: branch });
  }

  async #finish(project: Project, planned: Worktree, isNew: boolean): Promise<Worktree> {
    const { git, installId, time } = this.#deps;
    const making = makeWorktree(git, {
      projectPath: project.path,
      path: planned.path,
      branch: planned.branch,
      baseCommit: planned.baseCommit,
      lockReason: `boocode:${installId}:${planned.sessionId}`,
      checkoutWorkers: Math.min(availableParallelism(), MAX_CHECKOUT_WORKERS),
      isNew,
    });
    const [raw] = await Promise.all([this.openRaw(planned, project.path), making]);
    const { isCertain } = await seedRawIndex(raw, true);
    const tree = isCertain ? planned.baseTree : (await writeRawTree(raw)).tree;
    const lastCheckpoint = await commitCheckpoint(raw, {
      ref: toCheckpointRef(planned.id),
      tree,
      first: planned.baseCommit,
      firstTree: planned.baseTree,
      ...(isNew && { known: null }),
      words: {
        authorName: CHECKPOINT_COMMITTER.name,
        authorEmail: CHECKPOINT_COMMITTER.email,
        at: time.now(),
        message: "The base as it was checked out\n",
      },
    });
    const { dev, ino } = await lstat(planned.path, { bigint: true });
    return this.#update(planned, {
      state: "live",
      head: planned.branch,
      baseTree: tree,
      lastCheckpoint,
      device: String(dev),
      inode: String(ino),
    });
  }

  async #hold(worktree: Worktree): Promise<Held> {
    await this.#refuseMissing(worktree);
    const project = await this.#findProject(worktree);
    await requireOwnCheckout(this.#deps.git, project.path, worktree.path);
    const hash = async () => {
      const raw = await this.openRaw(worktree, project.path);
      return { raw, ...(await writeRawTree(raw, this.#deps.limits)) };
    };
    // Nobody else moves the ref meanwhile, and the disk is busy anyway.
    const [held, known] = await Promise.all([hash(), this.#readTip(worktree)]);
    return { ...held, known };
  }

  /** The same with fewer gits, for a large worktree where something did change; null where that does not do. */
  async #holdAtOnce(worktree: Worktree, words: CheckpointWords): Promise<Held | null> {
    await this.#refuseMissing(worktree);
    const project = await this.#findProject(worktree);
    await requireOwnCheckout(this.#deps.git, project.path, worktree.path);
    const [raw, known] = await Promise.all([this.openRaw(worktree, project.path), this.#readTip(worktree)]);
    if (known === null) return null;
    const held = await holdAtOnce(raw, known, toCommitWords(raw.person, { ...words, at: this.#deps.time.now() }), this.#deps.limits);
    return held && { raw, known, ...held };
  }

  #readTip(worktree: Worktree): Promise<RefTip | null> {
    const at = { git: this.#deps.git, path: worktree.path };
    return readRefTip(at, toCheckpointRef(worktree.id), this.#tips.get(worktree.id));
  }

  async #keep(worktree: Worktree, { raw, tree, leftOut, known, made }: Held, words: CheckpointWords): Promise<Checkpoint> {
    const commit = await commitCheckpoint(raw, {
      ref: toCheckpointRef(worktree.id),
      tree,
      first: worktree.lastCheckpoint ?? worktree.baseCommit,
      known,
      made,
      words: toCommitWords(raw.person, { ...words, at: this.#deps.time.now() }),
    });
    this.#tips.set(worktree.id, { commit, tree });
    await noteLeftOut(raw.overlay.gitDir, leftOut);
    if (commit !== worktree.lastCheckpoint) await this.#update(worktree, { lastCheckpoint: commit });
    return { commit, tree, leftOut };
  }

  async #update(worktree: Worktree, patch: WorktreePatch): Promise<Worktree> {
    const updated = await this.#deps.db.write("full", (tx, announce) => {
      announce.changed("worktrees", [worktree.id], worktree.sessionId);
      return updateWorktree(tx, worktree.id, patch);
    });
    return updated ?? { ...worktree, ...patch };
  }

  /** A folder with another inode is another folder. A device's number may change when the machine starts anew. */
  async #refuseMissing(worktree: Worktree): Promise<void> {
    const found = await lstat(worktree.path, { bigint: true }).catch(() => null);
    if (found?.isDirectory() && String(found.ino) === worktree.inode) return;
    throw new DomainError({ kind: "worktree_missing", sessionId: worktree.sessionId ?? "", path: worktree.path });
  }

  async #findProject({ projectId }: Pick<Worktree, "projectId">): Promise<Project> {
    const project = await findProject(this.#deps.db.read, projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId });
    return project;
  }
}
