import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import type { JudgeInput } from "@boocode/shared/changes/edits/edit";
import { STAGED_LIMITS, type AddInput } from "@boocode/shared/changes/staged/staged-edit";
import type { ChangeId, EditId, SessionId } from "@boocode/shared/ids";
import type { Time } from "../../platform/time.ts";
import type { EditJournal } from "../edits/edit-journal.ts";
import { findSameEdit } from "../edits/find-same-edit.ts";
import { toEditPathTexts } from "../edits/to-end-events.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";
import { requireUndoable, toUndoPlan } from "../edits/to-undo-plan.ts";
import { refuseStaging } from "../staged/require-stageable.ts";
import type { StagedEdits } from "../staged/staged-edits.ts";
import type { StagedChanges } from "../staged/staged-changes.ts";
import { withIdleWorktree, type IdleWorktreeDeps } from "../take-back/idle-worktree.ts";
import { planStagedWrite } from "./plan-staged.ts";
import { requirePlan } from "./require-plan.ts";

export interface StagedWritesDeps extends IdleWorktreeDeps {
  time: Pick<Time, "now">;
  journal: EditJournal;
  staged: StagedEdits;
  stagedChanges: Pick<StagedChanges, "list">;
}

/** Stages the person's edits, writes staged changes to the session's worktree, and takes that back. */
export class StagedWrites {
  readonly #deps: StagedWritesDeps;

  constructor(deps: StagedWritesDeps) {
    this.#deps = deps;
  }

  /**
   * Writes staged changes to the worktree, all or none; where the worktree has moved on, they are merged. Their lines stay those of who
   * staged them. Changes that another browser has just written are answered with that edit.
   *
   * Faults: those of {@link withIdleWorktree}; `stale_change`, `apply_conflict`, `moved_on`, `edit_refused`, `edit_needs_attention`.
   */
  async write({ sessionId, changeIds }: Pick<JudgeInput, "sessionId" | "changeIds">): Promise<{ writeId: EditId; paths: string[] }> {
    const { db, journal, stagedChanges } = this.#deps;
    return withIdleWorktree(this.#deps, sessionId, async ({ worktree, projectPath, place }) => {
      const byId = new Map((await stagedChanges.list(sessionId)).map((each) => [each.row.id, each]));
      const ids = [...new Set(changeIds)];
      const missing = ids.find((id) => !byId.has(id));
      if (missing !== undefined) {
        const written = await findSameEdit(db, "write_staged", { sessionId, changeIds: ids }, missing);
        return { writeId: written.id, paths: toEditPathTexts(written) };
      }
      const found = ids.map((id) => byId.get(id)!);
      const plan = await requirePlan(
        planStagedWrite(
          place,
          found.map(({ row, change, edits }) => ({ changeId: row.id, change, edits, chosen: toEntryStates(change).after })),
        ),
      );
      // With the rows that are pending there already, an undo brings back exactly the authors that they had.
      const paths = new Set(found.flatMap(({ row }) => [row.path, ...(row.previousPath === undefined ? [] : [row.previousPath])]));
      const pending = (await listPendingChanges(db.read, sessionId)).filter(({ path }) => paths.has(path));
      const judged = [...found.map(({ row }) => row), ...pending].map((row) => ({ row, hunks: null }));
      const edit = await journal.carryOut({ ...plan, kind: "write_staged", sessionId, worktree, projectPath, judged });
      return { writeId: edit.id, paths: toEditPathTexts(edit) };
    });
  }

  /**
   * Stages a file for the person, and makes the session's worktree if there is none yet. Returns the id of the staged change; null if the
   * file is as it is on disk, so that nothing is staged.
   *
   * Faults: `session_not_found`; `file_changed` if the content is no longer the one that the person began with; `staging_refused`; those of
   * making a worktree; those of git.
   */
  async add({ sessionId, path, content, mode, baseOid: over }: AddInput): Promise<{ changeId: ChangeId | null }> {
    const { worktrees, staged, stagedChanges } = this.#deps;
    const bytes = content === null ? null : Buffer.from(content);
    if (bytes !== null && bytes.length > STAGED_LIMITS.personBytes) throw refuseStaging(path, "too_large", STAGED_LIMITS.personBytes);
    await worktrees.ensure(sessionId);
    await staged.stage(sessionId, [{ path, content: bytes, over, ...(mode && { mode }) }], { agent: null, chatId: null, taskId: null });
    const change = (await stagedChanges.list(sessionId)).find(({ edits }) => edits.some((edit) => edit.path === path));
    return { changeId: change?.row.id ?? null };
  }

  /**
   * Takes a write back: the worktree's files are what they were, and the edits are staged again. Doing it twice is doing it once. Faults:
   * `edit_not_found`, `moved_on` if a file has changed since or another edit of it is staged, those of {@link write}.
   */
  async undo({ sessionId, writeId }: { sessionId: SessionId; writeId: EditId }): Promise<{ paths: string[] }> {
    const { db, time, journal } = this.#deps;
    return withIdleWorktree(this.#deps, sessionId, async (ground) => {
      const edit = await requireUndoable(db, { sessionId, editId: writeId, kind: "write_staged", now: time.now() });
      if (edit.state === "done") await journal.carryOut(toUndoPlan(edit, "undo_write_staged", ground));
      return { paths: toEditPathTexts(edit) };
    });
  }
}
