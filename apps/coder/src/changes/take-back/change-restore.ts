import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { findRestoreOfTask, listSavesDuring } from "@boocode/db/stores/changes/edit-store";
import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { listStagedEdits } from "@boocode/db/stores/changes/staged-edit-store";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { findBlocker } from "@boocode/shared/changes/edits/decide-reject";
import { toConsentText, type TurnPath } from "@boocode/shared/changes/edits/decide-restore";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import { isSameState } from "@boocode/shared/changes/edits/file-edit";
import type { StagedEdit } from "@boocode/shared/changes/staged/staged-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { EditId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Time } from "../../platform/time.ts";
import { readNotedExcludes } from "../../worktrees/checkpoints/note-excludes.ts";
import { findTurnCheckpoints } from "../blame/find-turn-checkpoints.ts";
import { readTip } from "../blame/read-checkpoints.ts";
import type { TreeComparer } from "../compare/tree-comparer.ts";
import type { EditJournal } from "../edits/edit-journal.ts";
import { toPathTexts } from "../edits/to-edit-error.ts";
import { toEditPathTexts } from "../edits/to-end-events.ts";
import { requireUndoable, toUndoPlan } from "../edits/to-undo-plan.ts";
import { splitTurn, toPathStates } from "../edits/split-turn.ts";
import { findAppeared } from "./find-appeared.ts";
import { withIdleWorktree, type IdleWorktree, type IdleWorktreeDeps } from "./idle-worktree.ts";
import { listTurnPaths, planRestore } from "./plan-restore.ts";
import { planUnstage } from "./plan-unstage.ts";

export interface ChangeRestoreDeps extends IdleWorktreeDeps {
  time: Pick<Time, "now">;
  comparer: TreeComparer;
  journal: EditJournal;
}

export interface Restored {
  restoreId: EditId;
  /** The paths that were written, and those whose staged edits changed or went. */
  paths: string[];
  /** Paths that are left alone: files that only appeared in the turn because no checkpoint held them before, nested repositories, and submodules that cannot go back. */
  kept: string[];
}

/** Of one restore: everything that it writes is recorded in one row. */
const MAX_FILES = 20_000;

interface TurnState {
  paths: TurnPath[];
  /** The paths of all files that are not as before the turn. */
  present: string[];
  /** The paths that the person saved in the middle of the turn. */
  shared: ReadonlySet<string>;
}

/** Reverses what one turn wrote, and brings it back. */
export class ChangeRestore {
  readonly #deps: ChangeRestoreDeps;

  constructor(deps: ChangeRestoreDeps) {
    this.#deps = deps;
  }

  /**
   * Returns the files that a turn changed to what they were before it, and what it staged to what was staged before, all or none. Where
   * others have changed them since, `later_work` says so, with the consent to restore anyway: then later work stays where it can be merged,
   * and goes where it cannot. A turn that another browser has just restored is answered with that edit.
   *
   * Faults: `task_not_found`, `turn_not_restorable`, `later_work`, `moved_on`, `edit_refused`, `edit_needs_attention`, those of
   * {@link withIdleWorktree}.
   */
  async restore({ taskId, consent }: { taskId: TaskId; consent?: string | undefined }): Promise<Restored> {
    const { db, journal } = this.#deps;
    const task = await findTask(db.read, taskId);
    if (!task) throw new DomainError({ kind: "task_not_found", taskId });
    const { sessionId } = task;
    return withIdleWorktree(this.#deps, sessionId, async (idle) => {
      const { paths, present, shared } = await this.#readTurn(idle, task);
      const staged = await listStagedEdits(db.read, sessionId);
      const done = await findRestoreOfTask(db.read, taskId);
      // What an earlier restore has written and is still there stays: merged again, it might lose what it was merged with.
      const still = done === null ? null : findStill(done, paths, staged);
      const left = paths.filter(({ path }) => !still?.files.has(path));
      const { files, later: changed, kept } = await planRestore(idle.place, left);
      const written = new Set(files.map(({ path }) => path));
      // What the person saved within the turn goes with it, so that is asked about too.
      const saved = paths.filter((each) => shared.has(each.path) && written.has(each.path) && !changed.includes(each));
      const later = [...changed, ...saved];
      const keptTexts = toPathTexts(kept.map(({ path }) => path));
      const unstage = await planUnstage(idle.place, staged, taskId);
      if (files.length === 0 && unstage.moves.length === 0) {
        if (done && still?.isWhole) return { restoreId: done.id, paths: toEditPathTexts(done), kept: keptTexts };
        const [alone] = keptTexts;
        throw refuse(taskId, alone === undefined ? NOTHING_LEFT : `${NOTHING_LEFT}, except ${alone}, which is left alone`);
      }
      const asked = [...later, ...unstage.later.map(({ path, now }) => ({ path: `staged ${path}`, now }))];
      const needed = createHash("sha256").update(toConsentText(taskId, asked)).digest("hex");
      if (asked.length > 0 && consent !== needed) {
        const texts = [...toPathTexts(later.map(({ path }) => path)), ...unstage.later.map(({ path }) => path)];
        throw new DomainError({ kind: "later_work", paths: [...new Set(texts)], consent: needed });
      }
      const blocker = findBlocker(files, present);
      if (blocker) {
        const [path = "", by = ""] = toPathTexts([blocker.path, blocker.by]);
        throw new DomainError({ kind: "edit_refused", path, reason: `${by} is in its place` });
      }
      const texts = new Set(toPathTexts(files.map(({ path }) => path)));
      const rows = await listPendingChanges(db.read, sessionId);
      const touched = rows.filter(({ path, previousPath }) => texts.has(path) || (previousPath !== undefined && texts.has(previousPath)));
      const judged = touched.map((row) => ({ row, hunks: null }));
      const edit = await journal.carryOut({
        kind: "restore",
        sessionId,
        ...idle,
        files,
        base: [],
        staged: unstage.moves,
        judged,
        taskId,
      });
      return { restoreId: edit.id, paths: toEditPathTexts(edit), kept: keptTexts };
    });
  }

  /**
   * Takes a restore back, byte for byte, with the authors of what is pending again. Doing it twice is doing it once.
   *
   * Faults: `edit_not_found`, `moved_on` if a file has changed since, those of {@link restore}.
   */
  async undo({ sessionId, restoreId }: { sessionId: SessionId; restoreId: EditId }): Promise<{ paths: string[] }> {
    const { db, journal, time } = this.#deps;
    return withIdleWorktree(this.#deps, sessionId, async (ground) => {
      const edit = await requireUndoable(db, { sessionId, editId: restoreId, kind: "restore", now: time.now() });
      if (edit.state === "done") await journal.carryOut(toUndoPlan(edit, "undo_restore", ground));
      return { paths: toEditPathTexts(edit) };
    });
  }

  /** Reads what a turn changed on disk, and what has become of it. Fault: `turn_not_restorable`. */
  async #readTurn({ worktree, projectPath, place }: IdleWorktree, task: Task): Promise<TurnState> {
    const { db, comparer, worktrees } = this.#deps;
    const { git, overlay } = place;
    const taken = await findTurnCheckpoints(db, task);
    if (taken.before === null || taken.after === null) throw refuse(task.id, "It has no checkpoints of before and after it");
    const toTree = async (commit: string) => {
      const argv = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{tree}`];
      const { exitCode, text } = await git.read(overlay.gitDir, argv, { overlay, exitCodes: [0, 1, 128] });
      if (exitCode !== 0) throw refuse(task.id, "Its checkpoints are gone from the repository");
      return text;
    };
    const [before, after] = await Promise.all([toTree(taken.before), toTree(taken.after)]);
    const { tree } = await readTip(git, overlay, worktree);
    const [turn, since, all] = await comparer.compare(overlay, [
      [before, after],
      [after, tree],
      [before, tree],
    ] as const);
    const { agents, shared } = splitTurn(turn, await listSavesDuring(db.read, task.sessionId, task.id));
    if (turn.length > MAX_FILES) throw refuse(task.id, `It changed more than ${MAX_FILES.toLocaleString("en")} files`);
    const added = [...toPathStates(agents)].flatMap(([path, states]) => (states.before === null ? [BytePath.of(path)] : []));
    const raw = await worktrees.openRaw(worktree, projectPath);
    const excludes = await this.#findExcludes(overlay.gitDir, task);
    const appeared = await findAppeared({ raw, place, before, added, leftOut: taken.leftOutBefore, excludes });
    const present = [...toPathStates(all)].flatMap(([path, states]) => (states.after === null ? [] : [path]));
    return { paths: listTurnPaths(agents, since, appeared), present, shared };
  }

  /** Finds the repository's exclude file as it was when a turn began; null if nothing was noted. */
  async #findExcludes(overlayDir: string, { id, startedAt }: Task): Promise<string | null> {
    const noted = await readNotedExcludes(overlayDir);
    const own = noted.find(({ taskId }) => taskId === id);
    if (own) return own.text;
    for (const { taskId, text } of noted.toReversed()) {
      const since = (await findTask(this.#deps.db.read, taskId))?.startedAt ?? null;
      if (since !== null && startedAt !== null && since <= startedAt) return text;
    }
    return null;
  }
}

/** Finds the files that are still as a restore wrote them, and whether that is all that it wrote and staged. */
function findStill(edit: Edit, paths: readonly TurnPath[], staged: readonly StagedEdit[]): { files: Set<string>; isWhole: boolean } {
  const now = new Map(paths.map((each) => [each.path, each.now]));
  const rows = new Map(staged.map((row) => [row.path, row]));
  const still = edit.files.filter(({ path, after }) => now.has(path) && isSameState(now.get(path)!, after));
  const isWhole = still.length === edit.files.length && edit.staged.every(({ path, to }) => isDeepStrictEqual(rows.get(path) ?? null, to));
  return { files: new Set(still.map(({ path }) => path)), isWhole };
}

/** As the reason of a refusal. */
const NOTHING_LEFT = "Nothing that it changed is left to be taken back";

const refuse = (taskId: TaskId, reason: string) => new DomainError({ kind: "turn_not_restorable", taskId, reason });
