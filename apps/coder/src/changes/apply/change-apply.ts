import { findEdit, listEdits } from "@boocode/db/stores/changes/edit-store";
import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { findProject } from "@boocode/db/stores/project-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import type { ConflictSides } from "@boocode/shared/changes/conflict-sides";
import { canUndo } from "@boocode/shared/changes/edits/can-undo";
import type { Edit, JudgeInput, ListedEdit, SettleInput } from "@boocode/shared/changes/edits/edit";
import { isSameState } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChangeId, EditId, SessionId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Time } from "../../platform/time.ts";
import { isStagedChangeId, toChangeId } from "../compare/to-change-id.ts";
import type { TreeComparer } from "../compare/tree-comparer.ts";
import { chooseHunks } from "../edits/choose-hunks.ts";
import type { EditGround, EditJournal } from "../edits/edit-journal.ts";
import { EditPlace } from "../edits/files/edit-place.ts";
import { findSameEdit } from "../edits/find-same-edit.ts";
import { toEditError } from "../edits/to-edit-error.ts";
import { toEditPathTexts } from "../edits/to-end-events.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";
import { requireUndoable, toUndoPlan } from "../edits/to-undo-plan.ts";
import type { StagedChanges } from "../staged/staged-changes.ts";
import { readSides } from "./read-sides.ts";
import { catchUpIdle, type IdleWorktreeDeps } from "../take-back/idle-worktree.ts";
import { planApply, type ChosenChange } from "./plan-apply.ts";
import { planStagedApply } from "./plan-staged.ts";
import { requirePlan } from "./require-plan.ts";

export interface ChangeApplyDeps extends IdleWorktreeDeps {
  time: Pick<Time, "now">;
  comparer: TreeComparer;
  journal: EditJournal;
  stagedChanges: Pick<StagedChanges, "list">;
}

export interface Applied {
  applyId: EditId;
  /** The paths of the applied changes. */
  paths: string[];
}

/** How many edits are listed. */
const MAX_LISTED = 50;

/** Writes pending changes to the project's own checkout, and takes that back. */
export class ChangeApply {
  readonly #deps: ChangeApplyDeps;

  constructor(deps: ChangeApplyDeps) {
    this.#deps = deps;
  }

  /**
   * Applies changes as they were shown, all or none, and moves the base forward for exactly these. Changes that another browser has just
   * applied in the same way are answered with that edit.
   *
   * Faults: `session_not_found`, `worktree_not_made`, `stale_change`, `apply_conflict`, `moved_on`, `edit_refused`, `edit_needs_attention`,
   * `project_gone`, those of git.
   */
  async apply(input: JudgeInput): Promise<Applied> {
    // What is staged is written to the worktree too.
    const needsIdle = async () => input.changeIds.some(isStagedChangeId);
    return this.#underLocks(input.sessionId, needsIdle, async (worktree, project) => {
      const { db, worktrees, journal, stagedChanges } = this.#deps;
      const ids = [...new Set(input.changeIds)];
      const opening = EditPlace.open(worktrees, worktree, project.path);
      // What is applied already is answered even if the place cannot be opened.
      opening.catch(() => {});
      const staged = ids.some(isStagedChangeId) ? await stagedChanges.list(input.sessionId) : [];
      const pending = await listPendingChanges(db.read, input.sessionId);
      const listed = [...pending, ...staged.map(({ row }) => row)];
      const rows = new Map(listed.map((row) => [row.id, row]));
      const missing = ids.find((id) => !rows.has(id));
      if (missing !== undefined) {
        const applied = await findSameEdit(db, "apply", input, missing);
        return { applyId: applied.id, paths: toEditPathTexts(applied) };
      }

      const place = await opening;
      const { tree, changes, byId } = await this.#readChanges(place, worktree);
      for (const { row, change } of staged) byId.set(row.id, change);
      const hunks = new Map(input.hunks?.map((each) => [each.changeId, toSortedSet(each.hunks)]));
      const found = ids.map((changeId) => {
        const change = byId.get(changeId);
        if (!change) throw new DomainError({ kind: "stale_change", changeId });
        return { changeId, change, hunks: hunks.get(changeId) ?? null };
      });
      const partial = found.flatMap((each) => (each.hunks === null ? [] : [{ ...each, hunks: each.hunks }]));
      const states = await chooseHunks(place, partial, "chosen");
      const chosenOf = new Map(partial.map(({ changeId }, at) => [changeId, states[at]!]));
      const chosen = found.map(({ changeId, change }): ChosenChange => {
        const state = chosenOf.get(changeId);
        return { changeId, change, chosen: state === undefined ? toEntryStates(change).after : state };
      });
      const editsOf = new Map(staged.map(({ row, edits }) => [row.id, edits]));
      const fromStage = chosen.flatMap((each) => {
        const edits = editsOf.get(each.changeId);
        return edits ? [{ ...each, edits }] : [];
      });
      const written = chosen.filter(({ changeId }) => !editsOf.has(changeId));
      const isAll =
        staged.length === 0 &&
        chosen.length === changes.length &&
        chosen.every((each) => isSameState(each.chosen, toEntryStates(each.change).after));
      const plan = await requirePlan(
        fromStage.length === 0
          ? planApply(place, chosen, { pending: changes })
          : planStagedApply(place, { chosen: fromStage, written, baseTree: worktree.baseTree, tip: tree }),
      );
      const edit = await journal.carryOut({
        kind: "apply",
        sessionId: input.sessionId,
        worktree,
        projectPath: project.path,
        place,
        pending,
        files: plan.files,
        base: plan.base,
        ...(plan.staged && { staged: plan.staged }),
        // All is applied: the base becomes what the worktree is.
        ...(isAll && { baseAfter: tree }),
        judged: found.map(({ changeId, hunks: own }) => ({ row: rows.get(changeId)!, hunks: own })),
      });
      return { applyId: edit.id, paths: toEditPathTexts(edit) };
    });
  }

  /**
   * Takes an apply back: the checkout's files and the base return to what they were before. Doing it twice is doing it once.
   *
   * Faults: `edit_not_found`, `moved_on` if a file or the base has changed since, those of {@link apply}.
   */
  async undo({ sessionId, applyId }: { sessionId: SessionId; applyId: EditId }): Promise<{ paths: string[] }> {
    const { db, journal, time } = this.#deps;
    const needsIdle = async () => (await findEdit(db.read, applyId))?.files.some(({ root }) => root === "worktree") === true;
    return this.#underLocks(sessionId, needsIdle, async (worktree, project) => {
      const edit = await requireUndoable(db, { sessionId, editId: applyId, kind: "apply", now: time.now() });
      const ground = { worktree, projectPath: project.path };
      if (edit.state === "done") await journal.carryOut(toUndoPlan(edit, "undo_apply", ground));
      return { paths: toEditPathTexts(edit) };
    });
  }

  /**
   * Returns the three sides of applying a change, for a person who looks at a conflict. Faults: `session_not_found`, `worktree_not_made`,
   * `stale_change`, those of git.
   */
  async sides(sessionId: SessionId, changeId: ChangeId): Promise<ConflictSides> {
    const { worktrees } = this.#deps;
    const { worktree, project } = await this.#require(sessionId);
    const place = await EditPlace.open(worktrees, worktree, project.path);
    const change = isStagedChangeId(changeId)
      ? (await this.#deps.stagedChanges.list(sessionId)).find(({ row }) => row.id === changeId)?.change
      : (await this.#readChanges(place, worktree)).byId.get(changeId);
    if (!change) throw new DomainError({ kind: "stale_change", changeId });
    return readSides(place, change).catch((error: unknown) => {
      throw toEditError(error);
    });
  }

  /** Settles an edit that could not be finished, as the person decides. Faults: `edit_not_found`, `worktree_busy`, those of git. */
  async settle({ sessionId, editId, to }: SettleInput): Promise<{ kept: string[] }> {
    const { db, journal } = this.#deps;
    return this.#underLocks(sessionId, NO, async (worktree, project) => {
      const edit = await findEdit(db.read, editId);
      if (edit?.sessionId !== sessionId || edit.state !== "needs_attention") throw new DomainError({ kind: "edit_not_found", editId });
      const running = (await listOpenTasks(db.read, sessionId)).find(({ state }) => state === "running");
      if (running && edit.files.some(({ root }) => root === "worktree")) {
        throw new DomainError({ kind: "worktree_busy", sessionId, taskId: running.id });
      }
      return { kept: await journal.settle(edit, to, { worktree, projectPath: project.path }) };
    });
  }

  /** Returns the session's last edits, newest first. Faults: `session_not_found`. */
  async list(sessionId: SessionId): Promise<ListedEdit[]> {
    const { db, time } = this.#deps;
    await requireSession(db.read, sessionId);
    const now = time.now();
    return (await listEdits(db.read, sessionId, MAX_LISTED)).map((edit) => ({ ...edit, canUndo: canUndo(edit, now) }));
  }

  /** Runs work under the locks of an edit's roots. Returns null if its worktree or its project is gone. */
  async onGround(edit: Edit, work: (ground: EditGround) => Promise<void>): Promise<void | null> {
    const { db, locks, worktrees } = this.#deps;
    return locks.project(edit.projectId, () =>
      locks.worktree({ sessionId: edit.sessionId }, async () => {
        const worktree = await worktrees.find(edit.sessionId);
        const project = await findProject(db.read, edit.projectId);
        return worktree?.id === edit.worktreeId && project ? work({ worktree, projectPath: project.path }) : null;
      }),
    );
  }

  /** Reads what differs from the base at the newest checkpoint. */
  async #readChanges(place: EditPlace, worktree: Worktree) {
    const tree = await this.#deps.comparer.readTree(place.overlay, worktree.lastCheckpoint ?? worktree.baseCommit);
    const [changes] = await this.#deps.comparer.compare(place.overlay, [[worktree.baseTree, tree]] as const);
    return { tree, changes, byId: new Map(changes.map((change) => [toChangeId(worktree.id, change), change])) };
  }

  /** Runs work under both locks, and if it needs that, while no turn runs and after the person's own edits have been captured. */
  async #underLocks<T>(
    sessionId: SessionId,
    needsIdle: () => Promise<boolean>,
    work: (worktree: Worktree, project: Project) => Promise<T>,
  ): Promise<T> {
    const { locks } = this.#deps;
    const { projectId } = await requireSession(this.#deps.db.read, sessionId);
    const inside = async () => {
      if (await needsIdle()) await catchUpIdle(this.#deps, sessionId);
      const { worktree, project } = await this.#require(sessionId);
      return work(worktree, project);
    };
    return locks.project(projectId, () => locks.worktree({ sessionId }, inside));
  }

  async #require(sessionId: SessionId): Promise<{ worktree: Worktree; project: Project }> {
    const { db, worktrees } = this.#deps;
    await requireSession(db.read, sessionId);
    const worktree = await worktrees.find(sessionId);
    if (!worktree || worktree.state === "creating") throw new DomainError({ kind: "worktree_not_made", sessionId });
    const project = await findProject(db.read, worktree.projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
    return { worktree, project };
  }
}

const NO = async () => false;
const toSortedSet = (places: readonly number[]) => [...new Set(places)].toSorted((a, b) => a - b);
