import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { updateWorktree, type WorktreePatch } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { WorktreeId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import type { Time } from "../platform/time.ts";
import { writeRawTree } from "./checkpoints/checkpoint.ts";
import { summarize, type CheckpointLimits } from "./checkpoints/collect-work.ts";
import { holdAtOnce } from "./checkpoints/commit-at-once.ts";
import {
  commitCheckpoint,
  makeCommit,
  readRefTip,
  toCommitWords,
  type CheckpointAuthor,
  type RefTip,
} from "./checkpoints/commit-checkpoint.ts";
import { findUncovered } from "./checkpoints/find-uncovered.ts";
import { noteLeftOut, readLeftOut, type LeftOut } from "./checkpoints/left-out.ts";
import { openOverlay } from "./checkpoints/overlay.ts";
import { readRawSettings, type RawWorktree } from "./checkpoints/raw-worktree.ts";
import { requireOwnCheckout } from "./checkpoints/require-own-checkout.ts";
import { mendChain, mendIndex } from "./making/mend-worktree.ts";

export interface CheckpointTakerDeps {
  db: Database;
  git: Git;
  time: Pick<Time, "now">;
  /** The folder that holds each worktree's private git directory for checkpoints. */
  checkpointsDir: string;
  /** Overrides the default limits of a checkpoint. */
  limits?: Partial<CheckpointLimits>;
}

/** The author of a checkpoint's changes and the commit message. */
export interface CheckpointWords {
  author: CheckpointAuthor;
  message: string;
}

/** A hashed worktree and its newest previous checkpoint. */
interface Held {
  raw: RawWorktree;
  tree: string;
  leftOut: string[];
  known: RefTip | null;
  /** Its commit, if it already exists. */
  made?: string;
}

/** Returns the ref of a worktree's checkpoint chain. */
export const toCheckpointRef = (worktreeId: WorktreeId) => `refs/boocode/checkpoints/${worktreeId}`;

/** Returns the ref that keeps a worktree's base tree, where no commit of the repository has it. */
export const toBaseRef = (worktreeId: WorktreeId) => `refs/boocode/bases/${worktreeId}`;

/** Takes checkpoints. The caller must hold the worktree's lock. */
export class CheckpointTaker {
  readonly #deps: CheckpointTakerDeps;
  /** The last commit written to each chain; valid while the ref agrees. */
  readonly #tips = new Map<WorktreeId, RefTip>();

  constructor(deps: CheckpointTakerDeps) {
    this.#deps = deps;
  }

  /**
   * Commits the whole worktree as it is now; returns the newest checkpoint if nothing has changed since. If git fails because its index or
   * the chain's objects are damaged, they are repaired once. Returns null if `isIdle` reports, before or after the scan, that a turn runs.
   *
   * Faults: `project_gone`, `worktree_missing`, `worktree_elsewhere`, `worktree_not_repairable`, those of git.
   *
   * @param input.isLarge a large worktree did change, so that the path with fewer gits is worth it
   */
  async take(
    worktree: Worktree,
    words: CheckpointWords,
    input: { isLarge?: boolean; isIdle?: () => Promise<boolean> } = {},
  ): Promise<Checkpoint | null> {
    try {
      return await this.#takeOnce(worktree, words, input);
    } catch (error) {
      if (!isDamage(error)) throw error;
      const mended = await this.mend(worktree);
      if (mended === null) throw error;
      return this.#takeOnce(mended, words, input);
    }
  }

  /**
   * Commits trees, which are stored already, one after the other on top of the newest checkpoint. The ref moves once: after a crash there
   * are all of them or none. Faults: those of git.
   */
  async commitTrees(worktree: Worktree, steps: readonly { tree: string; words: CheckpointWords }[]): Promise<Worktree> {
    const last = steps.at(-1);
    if (!last) return worktree;
    const { path: projectPath } = await this.findProject(worktree);
    const [raw, known] = await Promise.all([this.openRaw(worktree, projectPath), this.#readTip(worktree)]);
    const at = this.#deps.time.now();
    const first = worktree.lastCheckpoint ?? worktree.baseCommit;
    let made = known?.commit ?? first;
    for (const { tree, words } of steps)
      made = await makeCommit(raw, { tree, parent: made, words: toCommitWords(raw.person, { ...words, at }) });
    const words = toCommitWords(raw.person, { ...last.words, at });
    const commit = await commitCheckpoint(raw, { ref: toCheckpointRef(worktree.id), tree: last.tree, first, known, made, words });
    this.#tips.set(worktree.id, { commit, tree: last.tree });
    return this.update(worktree, { lastCheckpoint: commit });
  }

  /** Returns the newest checkpoint unchanged; null if there is none. */
  async newest(worktree: Worktree): Promise<Checkpoint | null> {
    const tip = await this.#readTip(worktree);
    return tip && { ...tip, leftOut: (await readLeftOut(join(this.#deps.checkpointsDir, worktree.id))).names };
  }

  /**
   * Repairs the index and the chain if they are damaged; returns null if they are intact. Faults: `worktree_not_repairable`, those of git.
   */
  async mend(worktree: Worktree): Promise<Worktree | null> {
    const { git } = this.#deps;
    // An adopted worktree's index is the person's to repair.
    const isNewIndex = worktree.adopted !== "worktree" && (await mendIndex(git, worktree));
    const raw = await this.openRaw(worktree, (await this.findProject(worktree)).path);
    const { patch, isMended } = await mendChain(raw, worktree, toCheckpointRef(worktree.id));
    this.#tips.delete(worktree.id);
    if (Object.keys(patch).length > 0) return this.update(worktree, patch);
    return isNewIndex || isMended ? worktree : null;
  }

  /** Opens the worktree with the git directory in which its bytes are hashed and compared. */
  async openRaw(worktree: Worktree, projectPath: string): Promise<RawWorktree> {
    const { git, checkpointsDir } = this.#deps;
    await refuseGone(projectPath);
    const [overlay, settings] = await Promise.all([
      openOverlay(git, join(checkpointsDir, worktree.id), projectPath, worktree.path),
      readRawSettings(git, projectPath),
    ]);
    return { git, path: worktree.path, overlay, ...settings, lastCheckpoint: worktree.lastCheckpoint };
  }

  /** Puts a tree on top of the worktree's checkpoints without looking at its files. Faults: `project_gone`, those of git. */
  async keepTree(worktree: Worktree, tree: string, words: CheckpointWords): Promise<string> {
    const raw = await this.openRaw(worktree, (await this.findProject(worktree)).path);
    const known = await this.#readTip(worktree);
    const first = worktree.lastCheckpoint ?? worktree.baseCommit;
    const at = this.#deps.time.now();
    const commit = await commitCheckpoint(raw, {
      ref: toCheckpointRef(worktree.id),
      tree,
      first,
      known,
      words: toCommitWords(raw.person, { ...words, at }),
    });
    this.#tips.set(worktree.id, { commit, tree });
    if (commit !== worktree.lastCheckpoint) await this.update(worktree, { lastCheckpoint: commit });
    return commit;
  }

  async update(worktree: Worktree, patch: WorktreePatch): Promise<Worktree> {
    const updated = await this.#deps.db.write("full", (tx, announce) => {
      announce.changed("worktrees", [worktree.id], worktree.sessionId);
      return updateWorktree(tx, worktree.id, patch);
    });
    return updated ?? { ...worktree, ...patch };
  }

  /**
   * Rejects a missing or replaced folder. A folder with a different inode is a different folder; the device number may change when the
   * machine restarts.
   */
  async refuseMissing(worktree: Worktree): Promise<void> {
    const found = await lstat(worktree.path, { bigint: true }).catch(() => null);
    if (found?.isDirectory() && String(found.ino) === worktree.inode) return;
    throw new DomainError({ kind: "worktree_missing", sessionId: worktree.sessionId ?? "", path: worktree.path });
  }

  async findProject({ projectId }: Pick<Worktree, "projectId">): Promise<Project> {
    const project = await findProject(this.#deps.db.read, projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId });
    await refuseGone(project.path);
    return project;
  }

  async #takeOnce(
    worktree: Worktree,
    words: CheckpointWords,
    { isLarge = false, isIdle = async () => true }: { isLarge?: boolean; isIdle?: () => Promise<boolean> },
  ): Promise<Checkpoint | null> {
    if (!(await isIdle())) return null;
    await this.refuseMissing(worktree);
    const project = await this.findProject(worktree);
    await requireOwnCheckout(this.#deps.git, project.path, worktree.path);
    const held = (isLarge && (await this.#holdAtOnce(worktree, project, words))) || (await this.#hold(worktree, project));
    if (!(await isIdle())) return null;
    return this.#keep(worktree, held, words);
  }

  async #hold(worktree: Worktree, project: Project): Promise<Held> {
    const hash = async () => {
      const raw = await this.openRaw(worktree, project.path);
      return { raw, ...(await writeRawTree(raw, this.#deps.limits)) };
    };
    // Safe in parallel: nothing else moves the ref meanwhile, and the disk is busy anyway.
    const [held, known] = await Promise.all([hash(), this.#readTip(worktree)]);
    return { ...held, known };
  }

  /** Tries the fast path; null if it does not apply. */
  async #holdAtOnce(worktree: Worktree, project: Project, words: CheckpointWords): Promise<Held | null> {
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
    const uncovered = await noteUncovered(raw, leftOut);
    if (commit !== worktree.lastCheckpoint) await this.update(worktree, { lastCheckpoint: commit });
    return { commit, tree, leftOut: uncovered };
  }
}

/** Rejects a project that is gone. A project's folder directly contains its git directory, or a link to it. */
async function refuseGone(projectPath: string): Promise<void> {
  const isThere = await lstat(join(projectPath, ".git")).then(
    () => true,
    () => false,
  );
  if (!isThere) throw new DomainError({ kind: "project_gone", path: projectPath });
}

/** Stores what a checkpoint does not contain, including the contents of nested repositories; returns all of it. */
export async function noteUncovered(raw: RawWorktree, leftOut: readonly string[]): Promise<string[]> {
  const { edited, unfetched } = await findUncovered(raw);
  const toNames = (paths: readonly BytePath[]) => paths.map(BytePath.toText);
  const found: LeftOut = { names: summarize([...new Set([...leftOut, ...toNames(edited)])]), unfetched: summarize(toNames(unfetched)) };
  await noteLeftOut(raw.overlay.gitDir, found);
  return [...found.names, ...found.unfetched];
}

/** Returns whether an error may result from a damaged index, ref or object. A ref without any content is damaged, not moved. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof DomainError)) return false;
  const { fault } = error;
  return fault.kind === "git_failed" || (fault.kind === "ref_moved" && fault.found === null && fault.ref.startsWith("refs/boocode/"));
}
