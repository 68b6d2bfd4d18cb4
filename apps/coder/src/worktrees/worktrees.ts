import { lstat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { DEFAULT_SESSION_TITLE } from "@boocode/shared/chats/to-title";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import { toNamedBranches } from "@boocode/shared/worktrees/branch-name";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { SETUP_AUTHOR } from "@boocode/shared/worktrees/worktree-plan";
import type { Time } from "../platform/time.ts";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import type { Locks } from "../platform/locks.ts";
import { CheckpointTaker, noteUncovered, toCheckpointRef } from "./checkpoint-taker.ts";
import { toStepMessage, type CheckpointStep } from "./checkpoints/checkpoint-step.ts";
import { writeRawTree } from "./checkpoints/checkpoint.ts";
import { CHECKED_OUT, commitCheckpoint, CHECKPOINT_COMMITTER } from "./checkpoints/commit-checkpoint.ts";
import type { CheckpointLimits } from "./checkpoints/collect-work.ts";
import { noteExcludes } from "./checkpoints/note-excludes.ts";
import { noteAlsoGone, noteGone } from "./checkpoints/gone-files.ts";
import { holdWritten } from "./checkpoints/hold-again.ts";
import { readLeftOut, type LeftOut } from "./checkpoints/left-out.ts";
import { findUncovered } from "./checkpoints/find-uncovered.ts";
import { takeMadeWithout } from "./making/check-out.ts";
import { makeWorktree } from "./making/make-worktree.ts";
import { planOnBranch, planWorktree, storePlan } from "./making/plan-worktree.ts";
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
  /** The folder that holds each worktree's private git directory for checkpoints. */
  checkpointsDir: string;
  /** Identifies this installation in the lock of each worktree. */
  installId: string;
  /** Overrides the default limits of a checkpoint. */
  limits?: Partial<CheckpointLimits>;
}

export interface CheckpointInput {
  /** The author of the changes in this checkpoint; null is the person. */
  author: AgentId | null;
  taskId: TaskId;
  chatId: ChatId;
  /** `last` returns the newest checkpoint unchanged and takes none. */
  when: "before" | "during" | "after" | "last";
}

/**
 * The maximum number of parallel checkout workers. Git starts another worker only if it pays off; more than this many would just wait for
 * the disk.
 */
const MAX_CHECKOUT_WORKERS = 8;

/** Sessions' git checkouts: created when first needed and preserved by checkpoints. */
export class Worktrees {
  readonly #deps: WorktreesDeps;
  readonly #taker: CheckpointTaker;

  constructor(deps: WorktreesDeps) {
    this.#deps = deps;
    this.#taker = new CheckpointTaker(deps);
  }

  /** Returns the session's worktree, or null before the first task. Does not check the disk. */
  find(sessionId: SessionId): Promise<Worktree | null> {
    return findLiveWorktree(this.#deps.db.read, sessionId);
  }

  /**
   * Returns the session's worktree, creating it if it does not exist; concurrent calls create it once. One left half-made by a crash is
   * completed.
   *
   * Faults: `session_not_found`, `project_not_found`, `base_ref_not_found`, `no_commits`, `worktree_missing` (its folder is gone or a
   * different one), those of git.
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
   * Commits the whole worktree as it is now; returns the newest checkpoint if nothing has changed since. Index, HEAD and files are not
   * touched.
   *
   * Faults: `worktree_missing`, those of git.
   */
  checkpoint(worktree: Worktree, input: CheckpointInput): Promise<Checkpoint> {
    const { author, taskId, chatId, when } = input;
    const message = `Checkpoint ${when} a turn\n\nBoocode-Task: ${taskId}\nBoocode-Chat: ${chatId}\n`;
    const take = async () => {
      const newest = when === "last" ? await this.#taker.newest(worktree) : null;
      // An agent's turn has almost always changed something.
      const taken = newest ?? (await this.#taker.take(worktree, { author, message }, { isLarge: when === "during" || when === "after" }))!;
      if (when === "before") await this.#noteExcludes(worktree, taskId);
      return taken;
    };
    return this.#deps.locks.worktree(worktree, take);
  }

  /**
   * Takes a checkpoint of a worktree in which no turn runs: its changes belong to the person or the setup. Returns null if a turn began
   * before everything was read, since some changes may then be an agent's.
   *
   * Faults: `worktree_missing`, those of git.
   */
  checkpointIdle(
    worktree: Worktree,
    { author, isIdle }: { author: typeof SETUP_AUTHOR | null; isIdle: () => Promise<boolean> },
  ): Promise<Checkpoint | null> {
    return this.#deps.locks.worktree(worktree, () => this.takeIdle(worktree, { author, isIdle }));
  }

  /** Does the work of {@link checkpointIdle} for a caller that holds the worktree's lock. */
  takeIdle(
    worktree: Worktree,
    { author, isIdle }: { author: typeof SETUP_AUTHOR | null; isIdle: () => Promise<boolean> },
  ): Promise<Checkpoint | null> {
    const message = `Checkpoint ${author === null ? "between turns" : "after the setup"}\n`;
    return this.#taker.take(worktree, { author, message }, { isIdle });
  }

  /**
   * Records what BooCode has just written itself, by rejecting or restoring, as a checkpoint that is nobody's edit: `tree` is the newest
   * checkpoint's with the written or removed `paths` as they are now. `steps`: what others made of it before, each with its author.
   * Whatever else changes on disk meanwhile is found by the next checkpoint. The caller must hold the worktree's lock.
   *
   * Faults: `project_gone`, those of git.
   */
  async checkpointOwn(worktree: Worktree, tree: string, paths: readonly BytePath[], steps: readonly CheckpointStep[] = []): Promise<void> {
    const parts = steps.map((step) => ({ tree: step.tree, words: { author: step.author, message: toStepMessage(step) } }));
    // First, because it may fail, and then no checkpoint says what was not written.
    await holdWritten(await this.openRaw(worktree, (await this.#taker.findProject(worktree)).path), paths);
    const now = await this.#taker.commitTrees(worktree, parts);
    await this.#taker.keepTree(now, tree, { author: CHECKPOINT_COMMITTER, message: "Checkpoint after an edit by BooCode\n" });
  }

  /**
   * Takes a checkpoint after a git that the page has started, such as a merge: what it changed is nobody's edit. The caller must hold the
   * worktree's lock, and no turn may run. Faults: those of {@link checkpoint}.
   */
  async checkpointGit(worktree: Worktree): Promise<Checkpoint> {
    return (await this.#taker.take(worktree, { author: CHECKPOINT_COMMITTER, message: "Checkpoint after git\n" }))!;
  }

  /**
   * Lists the files whose content on disk differs from the newest checkpoint. Takes no checkpoint. Faults: `worktree_missing`, those of
   * git.
   */
  listUnheld(worktree: Worktree): Promise<string[]> {
    return this.#deps.locks.worktree(worktree, async () => {
      await this.#taker.refuseMissing(worktree);
      const raw = await this.openRaw(worktree, (await this.#taker.findProject(worktree)).path);
      const { changed, untracked } = await scanWorktree({ ...raw, git: this.#deps.git.inBackground() }, Infinity);
      const { edited } = await findUncovered(raw);
      return [...changed, ...untracked, ...edited].map(BytePath.toText);
    });
  }

  /** Stores which files of the base are gone from the worktree, so that each is found if it comes back, even where a rule ignores it. */
  noteGone(worktree: Worktree, paths: readonly BytePath[]): Promise<void> {
    return noteGone(this.#toOverlayDir(worktree), paths);
  }

  /** Does as {@link noteGone}, and keeps what was noted before: for a base that may move, and may stay. */
  noteAlsoGone(worktree: Worktree, paths: readonly BytePath[]): Promise<void> {
    return noteAlsoGone(this.#toOverlayDir(worktree), paths);
  }

  /** Returns what the worktree was made without, as sentences; each is returned once. */
  madeWithout({ id }: Worktree): Promise<string[]> {
    return takeMadeWithout(this.#toOverlayDir({ id }));
  }

  /** Returns what the newest checkpoint does not contain. */
  async leftOut({ id }: Worktree): Promise<LeftOut> {
    return readLeftOut(this.#toOverlayDir({ id }));
  }

  /**
   * Runs a repair while nothing else uses the session's worktree, and verifies the result: it rebuilds the index and the chain if they are
   * damaged, and takes a checkpoint.
   *
   * Faults: those of `repair`; `worktree_not_repairable` if no checkpoint can be taken.
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

  /** Opens the worktree with the git directory in which its bytes are hashed and compared. */
  openRaw(worktree: Worktree, projectPath: string): Promise<RawWorktree> {
    return this.#taker.openRaw(worktree, projectPath);
  }

  /** Notes the repository's own exclude file, which an agent may change, so that a restore of the turn knows what it ignored before. */
  async #noteExcludes(worktree: Worktree, taskId: TaskId): Promise<void> {
    const { commonDir } = await this.#deps.git.dirs(worktree.path);
    await noteExcludes(this.#toOverlayDir(worktree), commonDir, taskId);
  }

  #toOverlayDir({ id }: Pick<Worktree, "id">): string {
    return join(this.#deps.checkpointsDir, id);
  }

  /** Stores the plan before anything is created, so that a crash in between leaves nothing unknown. */
  async #plan(sessionId: SessionId, begun: Worktree | null): Promise<{ project: Project; planned: Worktree }> {
    const { db } = this.#deps;
    if (begun) {
      const project = await this.#taker.findProject(begun);
      // Until it is checked out, the person's branch may move on.
      const now = begun.adopted === null ? {} : await planOnBranch(this.#deps.git, project.path, begun);
      return { project, planned: { ...begun, ...now } };
    }
    const session = await requireSession(db.read, sessionId);
    const project = await this.#taker.findProject(session);
    return { project, planned: await storePlan(db, await planWorktree(this.#deps, session, project)) };
  }

  /** Renames a worktree that was created while its first prompt was being written, so that it is named after that prompt like any other. */
  async #name(worktree: Worktree, sessionId: SessionId): Promise<Worktree> {
    const { db, git } = this.#deps;
    if (toNamedBranches(worktree.branch, "-", sessionId).length === 0) return worktree;
    const names = toNamedBranches(worktree.branch, (await findSession(db.read, sessionId))?.title ?? DEFAULT_SESSION_TITLE, sessionId);
    const branch = names.length === 0 ? null : await renameBranch(git, worktree, names);
    if (branch === null) return worktree;
    return this.#taker.update(worktree, { branch, head: branch });
  }

  async #finish(project: Project, planned: Worktree, isNew: boolean): Promise<Worktree> {
    const { git, installId, time } = this.#deps;
    const making = makeWorktree(git, {
      projectPath: project.path,
      path: planned.path,
      branch: planned.branch,
      baseCommit: planned.baseCommit,
      isOnTheirBranch: planned.adopted !== null,
      overlayDir: this.#toOverlayDir(planned),
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
        message: `${CHECKED_OUT}\n`,
      },
    });
    await noteUncovered(raw, []);
    const { dev, ino } = await lstat(planned.path, { bigint: true });
    return this.#taker.update(planned, {
      state: "live",
      head: planned.branch,
      baseCommit: planned.baseCommit,
      baseTree: tree,
      lastCheckpoint,
      device: String(dev),
      inode: String(ino),
    });
  }
}
