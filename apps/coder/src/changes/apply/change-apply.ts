import type { Database } from "@boocode/db/database";
import { findEditOfChange } from "@boocode/db/edit-store";
import { listPendingChanges } from "@boocode/db/pending-change-store";
import { findProject } from "@boocode/db/project-store";
import { findSession } from "@boocode/db/session-store";
import type { Edit, JudgeInput } from "@boocode/shared/changes/edits/edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { EditId, SessionId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Locks } from "../../platform/locks.ts";
import type { Worktrees } from "../../worktrees/worktrees.ts";
import { readTip } from "../blame/read-checkpoints.ts";
import { toChangeId } from "../compare/to-change-id.ts";
import type { TreeComparer } from "../compare/tree-comparer.ts";
import type { EditGround, EditJournal } from "../edits/edit-journal.ts";
import { EditPlace } from "../edits/edit-place.ts";
import { toEditError, toPathTexts } from "../edits/to-edit-error.ts";
import { toEditPathTexts } from "../edits/to-end-events.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";
import { planApply, type ApplyConflict, type ApplyPlan, type ChosenChange } from "./plan-apply.ts";

export interface ChangeApplyDeps {
  db: Database;
  locks: Locks;
  worktrees: Worktrees;
  comparer: TreeComparer;
  journal: EditJournal;
}

export interface Applied {
  applyId: EditId;
  /** The paths of the applied changes. */
  paths: string[];
}

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
    return this.#underLocks(input.sessionId, async (worktree, project) => {
      const { db, worktrees, comparer, journal } = this.#deps;
      const rows = new Map((await listPendingChanges(db.read, input.sessionId)).map((row) => [row.id, row]));
      const ids = [...new Set(input.changeIds)];
      if (ids.some((id) => !rows.has(id))) return this.#findApplied(input, rows);

      const place = await EditPlace.open(worktrees, worktree, project.path);
      const { tree } = await readTip(place.git, place.overlay, worktree);
      const [changes] = await comparer.compare(place.overlay, [[worktree.baseTree, tree]] as const);
      const byId = new Map(changes.map((change) => [toChangeId(worktree.id, change), change]));
      const chosen = ids.map((changeId): ChosenChange => {
        const change = byId.get(changeId);
        if (!change) throw new DomainError({ kind: "stale_change", changeId });
        return { changeId, change, chosen: toEntryStates(change).after };
      });
      const plan = await this.#plan(place, chosen);
      const edit = await journal.carryOut({
        kind: "apply",
        sessionId: input.sessionId,
        worktree,
        projectPath: project.path,
        files: plan.files,
        base: plan.base,
        // All is applied: the base becomes what the worktree is.
        ...(chosen.length === changes.length && { baseAfter: tree }),
        judged: ids.map((id) => ({ row: rows.get(id)!, hunks: null })),
      });
      return { applyId: edit.id, paths: toEditPathTexts(edit) };
    });
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

  async #plan(place: EditPlace, chosen: readonly ChosenChange[]): Promise<ApplyPlan> {
    const plan = await planApply(place, chosen).catch((error: unknown) => {
      throw toEditError(error);
    });
    if (plan.conflicts.length === 0) return plan;
    const conflicts = plan.conflicts.map(({ changeId, path, because }: ApplyConflict) => ({
      changeId,
      path: toPathTexts([path])[0]!,
      because,
    }));
    throw new DomainError({ kind: "apply_conflict", paths: [...new Set(conflicts.map(({ path }) => path))], conflicts });
  }

  /** Answers with the edit that has applied exactly these changes. Fault: `stale_change`. */
  async #findApplied({ sessionId, changeIds, hunks = [] }: JudgeInput, rows: ReadonlyMap<string, unknown>): Promise<Applied> {
    const missing = changeIds.find((id) => !rows.has(id))!;
    const edit = await findEditOfChange(this.#deps.db.read, sessionId, "apply", missing);
    const judged = new Map(edit?.judged.map(({ row, hunks: own }) => [row.id, own]));
    const wanted = new Map(hunks.map((each) => [each.changeId, each.hunks]));
    const isSame = changeIds.every((id) => judged.has(id) && isSameHunks(judged.get(id)!, wanted.get(id) ?? null));
    if (!edit || !isSame) throw new DomainError({ kind: "stale_change", changeId: missing });
    return { applyId: edit.id, paths: toEditPathTexts(edit) };
  }

  async #underLocks<T>(sessionId: SessionId, work: (worktree: Worktree, project: Project) => Promise<T>): Promise<T> {
    const { db, locks, worktrees } = this.#deps;
    const session = await findSession(db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
    return locks.project(session.projectId, () =>
      locks.worktree({ sessionId }, async () => {
        const worktree = await worktrees.find(sessionId);
        if (!worktree || worktree.state === "creating") throw new DomainError({ kind: "worktree_not_made", sessionId });
        const project = await findProject(db.read, worktree.projectId);
        if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
        return work(worktree, project);
      }),
    );
  }
}

function isSameHunks(a: readonly number[] | null, b: readonly number[] | null): boolean {
  if (a === null || b === null) return a === b;
  const [first, second] = [new Set(a), new Set(b)];
  return first.size === second.size && [...first].every((hunk) => second.has(hunk));
}
