import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/project-store";
import { updateWorktree, type WorktreePatch } from "@boocode/db/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, WorktreeId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import type { Time } from "../platform/time.ts";
import { writeRawTree } from "./checkpoints/checkpoint.ts";
import { summarize, type CheckpointLimits } from "./checkpoints/collect-work.ts";
import { holdAtOnce } from "./checkpoints/commit-at-once.ts";
import { commitCheckpoint, readRefTip, toCommitWords, type RefTip } from "./checkpoints/commit-checkpoint.ts";
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
  /** Where each worktree's own git directory for checkpoints lies. */
  checkpointsDir: string;
  /** Other limits of a checkpoint than the usual. */
  limits?: Partial<CheckpointLimits>;
}

/** Whose what is held is, null being the person's, and what the commit says. */
export interface CheckpointWords {
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

/** The chain of a worktree's checkpoints. */
export const toCheckpointRef = (worktreeId: WorktreeId) => `refs/boocode/checkpoints/${worktreeId}`;

/** Takes checkpoints. Whoever asks holds the worktree's lock. */
export class CheckpointTaker {
  readonly #deps: CheckpointTakerDeps;
  /** What was put on each chain last; good while the ref still says so. */
  readonly #tips = new Map<WorktreeId, RefTip>();

  constructor(deps: CheckpointTakerDeps) {
    this.#deps = deps;
  }

  /**
   * Holds the whole worktree as it is now in a commit; the newest one where nothing changed since. Where git cannot, because its own index
   * or the chain's objects are damaged, that is mended once. Null where `isIdle` says, before or after the look, that a turn runs.
   * Faults: `project_gone`, `worktree_missing`, `worktree_elsewhere`, `worktree_not_repairable`, those of git.
   *
   * @param input.isLarge something did change in a large worktree, which can be held with fewer gits
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

  /** The newest checkpoint as it is; null where there is none. */
  async newest(worktree: Worktree): Promise<Checkpoint | null> {
    const tip = await this.#readTip(worktree);
    return tip && { ...tip, leftOut: (await readLeftOut(join(this.#deps.checkpointsDir, worktree.id))).names };
  }

  /** Makes index and chain whole again where they are damaged; null where nothing is. Faults: `worktree_not_repairable`, those of git. */
  async mend(worktree: Worktree): Promise<Worktree | null> {
    const { git } = this.#deps;
    const isNewIndex = await mendIndex(git, worktree);
    const raw = await this.openRaw(worktree, (await this.findProject(worktree)).path);
    const { patch, isMended } = await mendChain(raw, worktree, toCheckpointRef(worktree.id));
    this.#tips.delete(worktree.id);
    if (Object.keys(patch).length > 0) return this.update(worktree, patch);
    return isNewIndex || isMended ? worktree : null;
  }

  /** The worktree with the git directory in which its bytes are hashed and compared. */
  async openRaw(worktree: Worktree, projectPath: string): Promise<RawWorktree> {
    const { git, checkpointsDir } = this.#deps;
    await refuseGone(projectPath);
    const [overlay, settings] = await Promise.all([
      openOverlay(git, join(checkpointsDir, worktree.id), projectPath, worktree.path),
      readRawSettings(git, projectPath),
    ]);
    return { git, path: worktree.path, overlay, ...settings };
  }

  async update(worktree: Worktree, patch: WorktreePatch): Promise<Worktree> {
    const updated = await this.#deps.db.write("full", (tx, announce) => {
      announce.changed("worktrees", [worktree.id], worktree.sessionId);
      return updateWorktree(tx, worktree.id, patch);
    });
    return updated ?? { ...worktree, ...patch };
  }

  /** A folder with another inode is another folder. A device's number may change when the machine starts anew. */
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
    // Nobody else moves the ref meanwhile, and the disk is busy anyway.
    const [held, known] = await Promise.all([hash(), this.#readTip(worktree)]);
    return { ...held, known };
  }

  /** Null where that does not do. */
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

/** A project's folder has its git directory, or a link to it, right in it. */
async function refuseGone(projectPath: string): Promise<void> {
  const isThere = await lstat(join(projectPath, ".git")).then(
    () => true,
    () => false,
  );
  if (!isThere) throw new DomainError({ kind: "project_gone", path: projectPath });
}

/** Writes down what a checkpoint does not hold, what lies in repositories inside as well; answers all of it. */
export async function noteUncovered(raw: RawWorktree, leftOut: readonly string[]): Promise<string[]> {
  const { edited, unfetched } = await findUncovered(raw);
  const toNames = (paths: readonly BytePath[]) => paths.map(BytePath.toText);
  const found: LeftOut = { names: summarize([...new Set([...leftOut, ...toNames(edited)])]), unfetched: summarize(toNames(unfetched)) };
  await noteLeftOut(raw.overlay.gitDir, found);
  return [...found.names, ...found.unfetched];
}

/** What may have come of an index, a ref or objects that are damaged. A ref that says nothing at all is no ref that moved. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof DomainError)) return false;
  const { fault } = error;
  return fault.kind === "git_failed" || (fault.kind === "ref_moved" && fault.found === null && fault.ref.startsWith("refs/boocode/"));
}
