import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "@boocode/db/database";
import { listSavesDuring } from "@boocode/db/stores/changes/edit-store";
import { findPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { findProject } from "@boocode/db/stores/project-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findTask } from "@boocode/db/stores/chats/task-store";
import type { ChangeBlame } from "@boocode/shared/changes/change-blame";
import type { ChangeContent } from "@boocode/shared/changes/change-content";
import type { OpenDiffs } from "@boocode/shared/changes/open-diffs";
import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import type { TurnDiff } from "@boocode/shared/changes/turn-diff";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChangeId, SessionId, TaskId, WorktreeId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import type { Worktrees } from "../../worktrees/worktrees.ts";
import { readChain, type ChainStep } from "../blame/read-chain.ts";
import { readTip } from "../blame/read-checkpoints.ts";
import { toStagedChain } from "../blame/to-staged-chain.ts";
import { toChangeBlame, type FindPrompt } from "../blame/to-change-blame.ts";
import type { TreeChange } from "../compare/read-tree-changes.ts";
import { isStagedChangeId, toChangeId } from "../compare/to-change-id.ts";
import type { TreeComparer } from "../compare/tree-comparer.ts";
import type { StagedChanges } from "../staged/staged-changes.ts";
import { ChangeDiffer, type DiffedChange, type DiffManyOptions } from "./change-differ.ts";
import { DIFF_LIMITS } from "./diff-limits.ts";
import { findTurnCheckpoints } from "../blame/find-turn-checkpoints.ts";
import { diffTurn } from "./diff-turn.ts";
import { isFile, type DiffRequest } from "./plan-diff.ts";
import { readContent } from "./read-content.ts";

export interface ChangeDiffsDeps {
  db: Database;
  git: Git;
  worktrees: Worktrees;
  comparer: TreeComparer;
  stagedChanges: Pick<StagedChanges, "list" | "listTurn">;
}

/** A worktree's changes by id, and its checkpoints: both follow from the base and the newest checkpoint. */
interface Known {
  key: string;
  changes: ReadonlyMap<ChangeId, TreeChange>;
  chain: readonly ChainStep[];
}

const NAMED_AT_ONCE = 1_000;
/** Worktrees whose changes and checkpoints are kept. */
const MAX_KNOWN = 8;

/** The diffs of pending changes and of turns, for the page. */
export class ChangeDiffs {
  readonly #deps: ChangeDiffsDeps;
  readonly #differ: ChangeDiffer;
  readonly #known = new Map<WorktreeId, Known>();

  constructor(deps: ChangeDiffsDeps) {
    this.#deps = deps;
    this.#differ = new ChangeDiffer(deps.git);
  }

  /**
   * Returns the diffs of several changes, each with the author of every line: as many as fit into one answer, at least one. Faults:
   * `session_not_found`; those of git.
   */
  async list(sessionId: SessionId, changeIds: readonly ChangeId[], options: DiffManyOptions = {}): Promise<OpenDiffs> {
    const { found, gone, overlay } = await this.#find(sessionId, [...new Set(changeIds)]);
    const answer: OpenDiffs = { diffs: [], more: [], gone };
    if (overlay === null) return answer;
    const findPrompt = this.#rememberPrompts();
    let room: number = DIFF_LIMITS.answerBytes;
    for await (const diffed of this.#differ.diff(overlay, found, options)) {
      const blame = await toBlame(diffed, findPrompt);
      room -= toCharacters(diffed.diff, blame);
      if (room < 0 && answer.diffs.length > 0) break;
      answer.diffs.push({ diff: diffed.diff, blame });
    }
    const answered = new Set(answer.diffs.map(({ diff }) => diff.changeId));
    const rest = found.map(({ changeId }) => changeId).filter((id) => !answered.has(id));
    // A change before the last answered one was left out because its contents are lost.
    const last = found.findLastIndex(({ changeId }) => answered.has(changeId));
    const more = new Set(room < 0 ? found.slice(last + 1).map(({ changeId }) => changeId) : []);
    return { ...answer, more: [...more], gone: [...gone, ...rest.filter((id) => !more.has(id))] };
  }

  /**
   * Returns the diff of a change as captured.
   *
   * Faults: `session_not_found`; `change_not_found`; `stale_change` if the worktree has a newer checkpoint without it; those of git.
   */
  async diff(sessionId: SessionId, changeId: ChangeId): Promise<ChangeDiff> {
    return (await this.#diffOne(sessionId, changeId)).diff;
  }

  /** Returns the author of each line of a change. Faults: those of `diff`. */
  async blame(sessionId: SessionId, changeId: ChangeId): Promise<ChangeBlame> {
    return toBlame(await this.#diffOne(sessionId, changeId), this.#rememberPrompts());
  }

  /** Returns what the page shows of the file before or after a change. Faults: those of `diff`. */
  async content(sessionId: SessionId, changeId: ChangeId, side: "before" | "after"): Promise<ChangeContent> {
    const { request, overlay } = await this.#findOne(sessionId, changeId);
    const { oldMode, oldOid, newMode, newOid } = request.change;
    const [mode, oid] = side === "before" ? [oldMode, oldOid] : [newMode, newOid];
    return isFile(mode) ? readContent(this.#deps.git, overlay, oid) : { kind: "absent" };
  }

  /** Returns the diff of one turn. Faults: `task_not_found`; those of git. */
  async turn(taskId: TaskId): Promise<TurnDiff> {
    const { db, worktrees } = this.#deps;
    const task = await findTask(db.read, taskId);
    if (!task) throw new DomainError({ kind: "task_not_found", taskId });
    const { sessionId, chatId, agent } = task;
    const { before, after } = await findTurnCheckpoints(db, task);
    const worktree = await worktrees.find(sessionId);
    const frame = { taskId, sessionId, chatId, agent, before, after };
    if (!worktree || before === null || after === null) return { ...frame, state: "unknown", files: [], moreFiles: 0 };
    const overlay = await this.#openOverlay(worktree);
    const { git, stagedChanges } = this.#deps;
    const staged = await stagedChanges.listTurn(sessionId, taskId);
    const saves = await listSavesDuring(db.read, sessionId, taskId);
    const input = { git, differ: this.#differ, overlay, worktree, task, before, after, saves, staged };
    return { ...frame, state: "known", ...(await diffTurn(input)) };
  }

  async #diffOne(sessionId: SessionId, changeId: ChangeId): Promise<DiffedChange> {
    const { request, overlay } = await this.#findOne(sessionId, changeId);
    for await (const diffed of this.#differ.diff(overlay, [request])) return diffed;
    throw new DomainError({ kind: "stale_change", changeId });
  }

  async #findOne(sessionId: SessionId, changeId: ChangeId): Promise<{ request: DiffRequest; overlay: GitOverlay }> {
    const { found, overlay, unknown } = await this.#find(sessionId, [changeId]);
    if (unknown.length > 0) throw new DomainError({ kind: "change_not_found", changeId });
    if (!overlay || !found[0]) throw new DomainError({ kind: "stale_change", changeId });
    return { request: found[0], overlay };
  }

  /** Finds changes in the worktree. `unknown`: those that were never listed, or not in this session; they count as gone. */
  async #find(
    sessionId: SessionId,
    changeIds: readonly ChangeId[],
  ): Promise<{ found: DiffRequest[]; gone: ChangeId[]; unknown: ChangeId[]; overlay: GitOverlay | null }> {
    const { db, worktrees } = this.#deps;
    const session = await findSession(db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
    const rows = new Map((await findPendingChanges(db.read, sessionId, changeIds)).map((row) => [row.id, row]));
    const staged = changeIds.some(isStagedChangeId) ? await this.#findStaged(sessionId) : NONE;
    const worktree = await worktrees.find(sessionId);
    // A staged change is not kept once it is judged or replaced.
    const unknown = changeIds.filter((id) => !worktree || (!rows.has(id) && !isStagedChangeId(id)));
    if (!worktree || rows.size + staged.size === 0) return { found: [], gone: [...changeIds], unknown, overlay: null };
    const overlay = await this.#openOverlay(worktree);
    const { changes, chain } = rows.size === 0 ? NOTHING_WRITTEN : await this.#readKnown(worktree, overlay);
    const found: DiffRequest[] = [];
    const gone: ChangeId[] = [];
    for (const changeId of changeIds) {
      const [row, change] = [rows.get(changeId), changes.get(changeId)];
      const request = staged.get(changeId);
      if (request) found.push(request);
      else if (row && change) found.push({ changeId, change, agent: row.agent, chain: change.binary ? null : chain });
      else gone.push(changeId);
    }
    return { found, gone, unknown, overlay };
  }

  async #findStaged(sessionId: SessionId): Promise<ReadonlyMap<ChangeId, DiffRequest>> {
    const staged = await this.#deps.stagedChanges.list(sessionId);
    return new Map(
      staged.map(({ row: { id, agent }, change, edits }) => [
        id,
        { changeId: id, change, agent, chain: change.binary ? null : toStagedChain(edits) },
      ]),
    );
  }

  async #readKnown(worktree: Worktree, overlay: GitOverlay): Promise<Known> {
    const { git, comparer } = this.#deps;
    const key = `${worktree.baseCommit} ${worktree.baseTree} ${worktree.lastCheckpoint ?? ""}`;
    const before = this.#known.get(worktree.id);
    if (before?.key === key) return before;
    const tip = worktree.lastCheckpoint ?? worktree.baseCommit;
    const readChanges = async () => {
      const { tree } = await readTip(git, overlay, worktree);
      // The capture has compared the same trees.
      const [changes] = await comparer.compare(overlay, [[worktree.baseTree, tree]] as const);
      return nameChanges(worktree.id, changes);
    };
    const [changes, chain] = await Promise.all([readChanges(), readChain(git, overlay, worktree, tip)]);
    const known = { key, changes, chain };
    this.#known.delete(worktree.id);
    this.#known.set(worktree.id, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  async #openOverlay(worktree: Worktree): Promise<GitOverlay> {
    const { db, worktrees } = this.#deps;
    const project = await findProject(db.read, worktree.projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
    return (await worktrees.openRaw(worktree, project.path)).overlay;
  }

  /** Returns a function that reads each task's prompt once. */
  #rememberPrompts(): FindPrompt {
    const prompts = new Map<TaskId, Promise<string | null>>();
    return (taskId) => {
      const prompt = prompts.get(taskId) ?? findTask(this.#deps.db.read, taskId).then((task) => task?.text ?? null);
      prompts.set(taskId, prompt);
      return prompt;
    };
  }
}

const NONE: ReadonlyMap<ChangeId, DiffRequest> = new Map();
const NOTHING_WRITTEN: Omit<Known, "key"> = { changes: new Map(), chain: [] };

function toBlame({ request, blame }: DiffedChange, findPrompt: FindPrompt): Promise<ChangeBlame> {
  // Git counts no lines in a binary file, so there are none to trace.
  return toChangeBlame({ ...request, blame: request.chain === null ? { lines: [], removed: [] } : blame, findPrompt });
}

/** Names changes by their ids. Others have their turn between, for there may be ten thousand. */
async function nameChanges(worktreeId: WorktreeId, changes: readonly TreeChange[]): Promise<ReadonlyMap<ChangeId, TreeChange>> {
  const named = new Map<ChangeId, TreeChange>();
  for (const change of changes) {
    named.set(toChangeId(worktreeId, change), change);
    if (named.size % NAMED_AT_ONCE === 0) await nextTurn();
  }
  return named;
}

/** The size of a diff in an answer, roughly, in characters. */
function toCharacters({ patch, hunks }: ChangeDiff, { lines, removed, writers }: ChangeBlame): number {
  return patch.length + 150 * hunks.length + 6 * (lines.length + removed.length) + 300 * (writers.length + 1);
}
