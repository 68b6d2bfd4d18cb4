import { lstat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import { findSession } from "@boocode/db/session-store";
import { findLiveWorktree, insertWorktree } from "@boocode/db/worktree-store";
import { DEFAULT_SESSION_TITLE } from "@boocode/shared/chats/to-title";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import { toNamedBranch } from "@boocode/shared/worktrees/branch-name";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { SETUP_AUTHOR } from "@boocode/shared/worktrees/worktree-plan";
import type { Time } from "../platform/time.ts";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import type { Locks } from "../platform/locks.ts";
import { CheckpointTaker, noteUncovered, toCheckpointRef } from "./checkpoint-taker.ts";
import { writeRawTree } from "./checkpoints/checkpoint.ts";
import { commitCheckpoint, CHECKPOINT_COMMITTER } from "./checkpoints/commit-checkpoint.ts";
import type { CheckpointLimits } from "./checkpoints/collect-work.ts";
import { readLeftOut, type LeftOut } from "./checkpoints/left-out.ts";
import { findUncovered } from "./checkpoints/find-uncovered.ts";
import { takeMadeWithout } from "./making/check-out.ts";
import { makeWorktree } from "./making/make-worktree.ts";
import { planWorktree } from "./making/plan-worktree.ts";
import { renameBranch } from "./making/rename-branch.ts";
import { seedRawIndex } from "./checkpoints/raw-index.ts";
import type { RawWorktree } from "./checkpoints/raw-worktree.ts";
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
  /** `last`: the newest one as it is, which holds nothing new. */
  when: "before" | "after" | "last";
}

/** Git allows a file a writer of its own only where it pays; more than this many only wait for the disk. */
const MAX_CHECKOUT_WORKERS = 8;

/** Sessions' git checkouts: made when first needed, and held by checkpoints. */
export class Worktrees {
  readonly #deps: WorktreesDeps;
  readonly #taker: CheckpointTaker;

  constructor(deps: WorktreesDeps) {
    this.#deps = deps;
    this.#taker = new CheckpointTaker(deps);
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
        await this.#taker.refuseMissing(found);
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
    const take = async () => {
      const newest = when === "last" ? await this.#taker.newest(worktree) : null;
      // An agent's turn has nearly always changed something.
      return newest ?? (await this.#taker.take(worktree, { author, message }, { isLarge: when === "after" }))!;
    };
    return this.#deps.locks.worktree(worktree, take);
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
    const message = `Checkpoint ${author === null ? "between turns" : "after the setup"}\n`;
    return this.#deps.locks.worktree(worktree, () => this.#taker.take(worktree, { author, message }, { isIdle }));
  }

  /** Names of the files that are not on disk as the newest checkpoint holds them. Holds nothing. Faults: `worktree_missing`, those of git. */
  listUnheld(worktree: Worktree): Promise<string[]> {
    return this.#deps.locks.worktree(worktree, async () => {
      await this.#taker.refuseMissing(worktree);
      const raw = await this.openRaw(worktree, (await this.#taker.findProject(worktree)).path);
      const { changed, untracked } = await scanWorktree({ ...raw, git: this.#deps.git.inBackground() }, Infinity);
      const { edited } = await findUncovered(raw);
      return [...changed, ...untracked, ...edited].map(BytePath.toText);
    });
  }

  /** What it was made without, as sentences, told once. */
  madeWithout({ id }: Worktree): Promise<string[]> {
    return takeMadeWithout(join(this.#deps.checkpointsDir, id));
  }

  /** What the newest checkpoint does not hold. */
  async leftOut({ id }: Worktree): Promise<LeftOut> {
    return readLeftOut(join(this.#deps.checkpointsDir, id));
  }

  /**
   * Runs a repair while nothing else is done with the session's worktree. What comes of it proves itself: index and chain are made whole
   * where they are damaged, and a checkpoint is taken. Faults: those of `repair`; `worktree_not_repairable` where that cannot be done.
   */
  repairing(sessionId: SessionId, repair: () => Promise<Worktree>): Promise<Worktree> {
    return this.#deps.locks.worktree({ sessionId }, async () => {
      const repaired = await repair();
      const mended = (await this.#taker.mend(repaired)) ?? repaired;
      await this.#taker.take(mended, { author: null, message: "Checkpoint after a repair\n" }).catch((error: unknown) => {
        if (!(error instanceof DomainError) || error.fault.kind !== "git_failed") throw error;
        const reason = `No checkpoint of it can be made: ${error.fault.stderrTail || `${error.fault.command} failed`}`;
        throw new DomainError({ kind: "worktree_not_repairable", sessionId, reason }, { cause: error });
      });
      return (await this.find(sessionId)) ?? mended;
    });
  }

  /** The worktree with the git directory in which its bytes are hashed and compared. */
  openRaw(worktree: Worktree, projectPath: string): Promise<RawWorktree> {
    return this.#taker.openRaw(worktree, projectPath);
  }

  /** Writes down what will be made before anything of it is: a crash in between leaves nothing that nobody knows. */
  async #plan(sessionId: SessionId, begun: Worktree | null): Promise<{ project: Project; planned: Worktree }> {
    const { db } = this.#deps;
    if (begun) return { project: await this.#taker.findProject(begun), planned: begun };
    const session = await findSession(db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
    const project = await this.#taker.findProject(session);
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
    return this.#taker.update(worktree, { branch, head: branch });
  }

  async #finish(project: Project, planned: Worktree, isNew: boolean): Promise<Worktree> {
    const { git, installId, time, checkpointsDir } = this.#deps;
    const making = makeWorktree(git, {
      projectPath: project.path,
      path: planned.path,
      branch: planned.branch,
      baseCommit: planned.baseCommit,
      overlayDir: join(checkpointsDir, planned.id),
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
    await noteUncovered(raw, []);
    const { dev, ino } = await lstat(planned.path, { bigint: true });
    return this.#taker.update(planned, {
      state: "live",
      head: planned.branch,
      baseTree: tree,
      lastCheckpoint,
      device: String(dev),
      inode: String(ino),
    });
  }
}
