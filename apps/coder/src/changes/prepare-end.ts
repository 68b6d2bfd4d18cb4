import type { Database } from "@boocode/db/database";
import { findEdit } from "@boocode/db/stores/changes/edit-store";
import { findProject } from "@boocode/db/stores/project-store";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { isSave, type Edit } from "@boocode/shared/changes/edits/edit";
import { takeOutTask, type TaskAuthor } from "@boocode/shared/changes/edits/take-out-task";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TaskId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";
import { readTip } from "./blame/read-checkpoints.ts";
import type { ChangeCapture, Recapture } from "./change-capture.ts";
import { EditPlace } from "./edits/files/edit-place.ts";
import { findRestoredRows, findReturnedRows } from "./find-restored-rows.ts";
import type { PrepareEnd } from "./edits/edit-plan.ts";
import { storeOwnTree } from "./edits/store-own-tree.ts";
import { planAuthorSteps } from "./plan-author-steps.ts";
import { planSave } from "./saves/plan-save.ts";
import type { StagedEdits } from "./staged/staged-edits.ts";

export interface PrepareEndDeps {
  db: Database;
  worktrees: Worktrees;
  capture: ChangeCapture;
  staged: Pick<StagedEdits, "keep">;
  /** Called at named points so that a test can crash there. */
  failpoint?: (name: string) => void | Promise<void>;
}

/**
 * Makes what prepares the pending changes for the end of an edit: over the new base, with the authors of what an undo brings back. What was
 * written to the worktree becomes a checkpoint: of those who staged it, of the person who saved it or brought it back from a stash, and otherwise of
 * BooCode's own. What is staged again is kept from
 * git's garbage collection.
 */
export function makePrepareEnd(deps: PrepareEndDeps): PrepareEnd {
  const { db, capture, worktrees, staged } = deps;
  return async (edit, worktree, known) => {
    const undone = edit.undoes === null ? null : await findEdit(db.read, edit.undoes);
    const rows: Recapture = {
      back: toWritten(undone),
      ...(known && { present: known.pending, overlay: known.overlay }),
      ...(await toRevision(db, edit)),
    };
    const based = { ...worktree, baseTree: edit.baseAfter ?? worktree.baseTree };
    await staged.keep(
      edit.sessionId,
      edit.staged.flatMap(({ to }) => to ?? []),
    );
    const isOfCheckout = edit.files.every(({ root }) => root === "checkout");
    if (isOfCheckout && undone === null) return capture.recapture(based, rows);
    const projectPath = await findPath(db, worktree);
    const place = await EditPlace.open(worktrees, worktree, projectPath);
    const { tree: before } = await readTip(place.git, place.overlay, worktree);
    if (isOfCheckout) {
      const latest = await findReturnedRows(place, based, undone!, { tip: before, tree: before });
      return capture.recapture(based, { ...rows, latest });
    }
    if (isSave(edit.kind)) {
      const raw = await worktrees.openRaw(worktree, projectPath);
      const plan = await planSave({ db, place, raw }, edit, before);
      const latest = undone === null ? [] : await findReturnedRows(place, based, undone, { tip: before, tree: plan.tree });
      const end = await capture.recapture(based, { ...rows, ...plan, latest });
      await worktrees.checkpointOwn(worktree, plan.tree, plan.paths, plan.steps);
      await deps.failpoint?.("edit.checkpoint");
      return end;
    }
    const tree = await storeOwnTree(place, before, edit.files);
    const steps =
      edit.kind === "apply_stash" ? [{ tree, author: null, chatId: null, taskId: null }] : await planAuthorSteps(place, before, edit);
    // Only what stays pending keeps its authors: what is applied is the base's.
    const latest = edit.kind === "write_staged" ? edit.judged.map(({ row }) => row).filter(({ location }) => location === "staged") : [];
    if (undone !== null) latest.push(...(await findReturnedRows(place, based, undone, { tip: before, tree })));
    if (edit.kind === "restore") latest.push(...(await findRestoredRows(place, based, edit, { tip: before, tree })));
    const end = await capture.recapture(based, { ...rows, tree, latest });
    // Last, because everything before may fail, and then the files go back.
    const paths = edit.files.flatMap(({ root, path }) => (root === "checkout" ? [] : [BytePath.of(path)]));
    await worktrees.checkpointOwn(worktree, tree, paths, steps);
    await deps.failpoint?.("edit.checkpoint");
    return end;
  };
}

/** The rows of the worktree that an edit judged: an undo brings them back, and what was staged is staged again. */
function toWritten(edit: Edit | null): PendingChange[] {
  return edit?.judged.map(({ row }) => row).filter(({ location }) => location === "worktree") ?? [];
}

async function findPath(db: Database, { projectId }: Worktree): Promise<string> {
  const project = await findProject(db.read, projectId);
  if (!project) throw new DomainError({ kind: "project_not_found", projectId });
  return project.path;
}

/** A turn that is restored is no author of what is left. */
async function toRevision(db: Database, { kind, taskId, judged }: Edit): Promise<Pick<Recapture, "revise">> {
  if (kind !== "restore" || taskId === null) return {};
  const tasks = new Map<TaskId, TaskAuthor>();
  for (const id of new Set(judged.flatMap(({ row }) => row.taskIds))) {
    const task = await findTask(db.read, id);
    if (task) tasks.set(id, task);
  }
  const own = new Set(judged.map(({ row }) => row.id));
  return { revise: (row: PendingChange) => (own.has(row.id) ? takeOutTask(row, taskId, tasks) : row) };
}
