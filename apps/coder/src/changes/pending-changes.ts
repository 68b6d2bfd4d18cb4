import { isDeepStrictEqual } from "node:util";
import type { Database } from "@boocode/db/database";
import { findPendingChange, listPendingChanges } from "@boocode/db/pending-change-store";
import { findProject } from "@boocode/db/project-store";
import { findSession } from "@boocode/db/session-store";
import { findTask, listOpenTasks } from "@boocode/db/task-store";
import type { ChangeBlame } from "@boocode/shared/changes/change-blame";
import type { ChangeDiff, PendingChange } from "@boocode/shared/changes/pending-change";
import type { TurnDiff } from "@boocode/shared/changes/turn-diff";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChangeId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { GitOverlay } from "../platform/git/git-environment.ts";
import type { Git } from "../platform/git/git.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";
import { FileBlamer, type FileBlame } from "./blame/blame-file.ts";
import type { ChangeCapture } from "./change-capture.ts";
import { diffChange } from "./diff-change.ts";
import { diffTurn, findTurnCheckpoints } from "./diff-turn.ts";
import { readChain } from "./blame/read-chain.ts";
import { readTip } from "./blame/read-checkpoints.ts";
import type { TreeChange } from "./compare/read-tree-changes.ts";
import { toChangeBlame } from "./blame/to-change-blame.ts";
import { toChangeId } from "./compare/to-change-id.ts";
import { TreeComparer } from "./compare/tree-comparer.ts";

/** The result of checking for changes made outside any turn. */
export type Refreshed = "none" | "unchanged" | "changed" | "busy";

export interface PendingChangesDeps {
  db: Database;
  git: Git;
  worktrees: Worktrees;
  capture: ChangeCapture;
}

interface FoundChange {
  change: TreeChange;
  overlay: GitOverlay;
  agent: AgentId | null;
  blame: FileBlame | null;
}

/** The changes that nobody has judged yet, for the page. */
export class PendingChanges {
  readonly #deps: PendingChangesDeps;
  readonly #blamer: FileBlamer;
  readonly #comparer: TreeComparer;

  constructor(deps: PendingChangesDeps) {
    this.#deps = deps;
    this.#blamer = new FileBlamer(deps.git);
    this.#comparer = new TreeComparer(deps.git);
  }

  /** Lists the changes, ordered by path. Faults: `session_not_found`. */
  async list(sessionId: SessionId): Promise<PendingChange[]> {
    const { db } = this.#deps;
    await this.#requireSession(sessionId);
    return listPendingChanges(db.read, sessionId);
  }

  /**
   * Returns the diff of a change as captured.
   *
   * Faults: `session_not_found`; `change_not_found`; `stale_change` if the worktree has a newer checkpoint without it; those of git.
   */
  async diff(sessionId: SessionId, changeId: ChangeId): Promise<ChangeDiff> {
    const { git } = this.#deps;
    const { change, overlay, agent, blame } = await this.#find(sessionId, changeId);
    return diffChange(git, overlay, { change, changeId, agent, blame });
  }

  /** Returns the author of each line of a change. Faults: those of `diff`. */
  async blame(sessionId: SessionId, changeId: ChangeId): Promise<ChangeBlame> {
    const { db } = this.#deps;
    const { change, blame } = await this.#find(sessionId, changeId);
    const findPrompt = async (taskId: TaskId) => (await findTask(db.read, taskId))?.text ?? null;
    return toChangeBlame({ changeId, change, blame, findPrompt });
  }

  /** Returns the diff of one turn. Faults: `task_not_found`; those of git. */
  async turnDiff(taskId: TaskId): Promise<TurnDiff> {
    const { db, git, worktrees } = this.#deps;
    const task = await findTask(db.read, taskId);
    if (!task) throw new DomainError({ kind: "task_not_found", taskId });
    const { sessionId, chatId, agent } = task;
    const { before, after } = await findTurnCheckpoints(db, task);
    const worktree = await worktrees.find(sessionId);
    const frame = { taskId, sessionId, chatId, agent, before, after };
    if (!worktree || before === null || after === null) return { ...frame, state: "unknown", files: [], moreFiles: 0 };
    const overlay = await this.#openOverlay(worktree);
    return { ...frame, state: "known", ...(await diffTurn({ git, overlay, worktree, task, before, after })) };
  }

  /**
   * Captures what the person changed on disk since the last checkpoint. `none`: there is no worktree; `busy`: a turn is running, and
   * changes are attributed when it ends.
   *
   * Faults: `session_not_found`; `worktree_missing`; those of git.
   */
  async refresh(sessionId: SessionId): Promise<Refreshed> {
    const { db, worktrees, capture } = this.#deps;
    await this.#requireSession(sessionId);
    const worktree = await worktrees.find(sessionId);
    if (worktree?.state !== "live") return "none";
    const isIdle = async () => (await listOpenTasks(db.read, sessionId)).every(({ state }) => state !== "running");
    const taken = await worktrees.checkpointIdle(worktree, { author: null, isIdle });
    if (taken === null) return "busy";
    const isNew = taken.commit !== worktree.lastCheckpoint;
    // A checkpoint taken just before a crash, or for a turn that never started, was never captured.
    if (!isNew && capture.isUpToDate(worktree)) return "unchanged";
    const before = await listPendingChanges(db.read, sessionId);
    const { changes } = await capture.capture(sessionId);
    return isNew || !isDeepStrictEqual(changes, before) ? "changed" : "unchanged";
  }

  /**
   * Lists what is in the worktree but in no change, at most a hundred names: files that are too big, too many, unreadable or constantly
   * rewritten, and nested repositories (with a trailing slash) that have work of their own or were never fetched. Faults:
   * `session_not_found`.
   */
  async leftOut(sessionId: SessionId): Promise<string[]> {
    const { worktrees } = this.#deps;
    await this.#requireSession(sessionId);
    const worktree = await worktrees.find(sessionId);
    if (!worktree) return [];
    const { names, unfetched } = await worktrees.leftOut(worktree);
    return [...names, ...unfetched];
  }

  async #requireSession(sessionId: SessionId): Promise<void> {
    const { db } = this.#deps;
    const session = await findSession(db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
  }

  async #openOverlay(worktree: Worktree): Promise<GitOverlay> {
    const { db, worktrees } = this.#deps;
    const project = await findProject(db.read, worktree.projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
    return (await worktrees.openRaw(worktree, project.path)).overlay;
  }

  async #find(sessionId: SessionId, changeId: ChangeId): Promise<FoundChange> {
    const { db, git, worktrees } = this.#deps;
    await this.#requireSession(sessionId);
    const row = await findPendingChange(db.read, changeId);
    const worktree = await worktrees.find(sessionId);
    if (row?.sessionId !== sessionId || !worktree) throw new DomainError({ kind: "change_not_found", changeId });
    const overlay = await this.#openOverlay(worktree);
    const { commit, tree } = await readTip(git, overlay, worktree);
    const [changes] = await this.#comparer.compare(overlay, [[worktree.baseTree, tree]] as const);
    const change = changes.find((candidate) => toChangeId(worktree.id, candidate) === changeId);
    if (!change) throw new DomainError({ kind: "stale_change", changeId });
    // Git counts no lines in a binary file, so there are none to trace.
    const blame = change.binary ? EMPTY : await this.#blamer.blame(overlay, await readChain(git, overlay, worktree, commit), change);
    return { change, overlay, agent: row.agent, blame };
  }
}

const EMPTY: FileBlame = { lines: [], removed: [] };
