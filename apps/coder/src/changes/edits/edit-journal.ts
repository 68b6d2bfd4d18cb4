import type { Database } from "@boocode/db/database";
import { insertEdit, listUnsettledEdits, updateEdit } from "@boocode/db/stores/changes/edit-store";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import { invertFile, isSameState, type FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { EditId } from "@boocode/shared/ids";
import type { Logger } from "../../platform/logger.ts";
import { newId } from "../../platform/new-id.ts";
import { isStorageFailure } from "../../platform/retry-write.ts";
import type { Time } from "../../platform/time.ts";
import type { Worktrees } from "../../worktrees/worktrees.ts";
import type { Aheads } from "./ahead/aheads.ts";
import { bringBackAll } from "./ahead/bring-back-lost.ts";
import { lookAgain, type LookedAgain } from "./ahead/look-again.ts";
import { askPerson, closeEdit, toReason } from "./close-edit.ts";
import type { EditPlan, KnownBefore, PreparedEnd, PrepareEnd } from "./edit-plan.ts";
import { EditPlace, type WriteOptions } from "./files/edit-place.ts";
import { endEdit } from "./end-edit.ts";
import { findEarlier } from "./find-earlier.ts";
import { removeLeftTemporaries } from "./files/remove-left-temporaries.ts";
import { planMovedTree } from "./plan-moved-tree.ts";
import { requireStaged } from "./require-staged.ts";
import { requireWritableNames } from "./files/require-writable-names.ts";
import { toEditError, toPathTexts } from "./to-edit-error.ts";
import { toEditPathTexts } from "./to-end-events.ts";
import { toBack, writeBack, writeBackAround } from "./write-back.ts";

export interface EditJournalDeps {
  db: Database;
  time: Pick<Time, "now" | "after">;
  logger: Logger;
  worktrees: Worktrees;
  prepareEnd: PrepareEnd;
  aheads: Aheads;
  /** Called at named points so that a test can crash there. */
  failpoint?: (name: string) => void | Promise<void>;
}

/** The worktree and the project's checkout that an edit belongs to. */
export type EditGround = Pick<EditPlan, "worktree" | "projectPath">;

/**
 * Writes files for the person: the only way in which BooCode changes files of a checkout. An edit is recorded with every content before the
 * first file is touched, so it ends completely or not at all, also if the daemon dies meanwhile.
 *
 * The caller holds the locks of every root that the edit writes to: the project's before the worktree's.
 */
export class EditJournal {
  readonly #deps: EditJournalDeps;
  readonly #failpoint: (name: string) => void | Promise<void>;

  constructor(deps: EditJournalDeps) {
    this.#deps = deps;
    this.#failpoint = deps.failpoint ?? (() => {});
  }

  /**
   * Writes all files of a plan, moves the base, and returns the edit, which is done. If a file is not in the state `before`, or cannot be
   * written, everything is as it was.
   *
   * Faults: `moved_on`, `edit_refused`, `edit_needs_attention` (also of an earlier edit of the same paths), those of git.
   */
  async carryOut(plan: EditPlan): Promise<Edit> {
    const { db, time, worktrees } = this.#deps;
    const { worktree, projectPath, base } = plan;
    const files = plan.files.filter(({ before, after }) => !isSameState(before, after));
    requireWritableNames(files);
    const place = plan.place ?? (await EditPlace.open(worktrees, worktree, projectPath));
    await this.#deps.aheads.settle((file) => place.pathOf(file.root), files);
    const earlier = findEarlier(await listUnsettledEdits(db.read), plan, files);
    if (earlier !== null) {
      await this.#resume(place, plan, earlier);
      // What was planned beside it is out of date now.
      throw new DomainError({ kind: "moved_on", paths: toPathTexts(earlier.files.map(({ path }) => path)) });
    }

    const moved = base.filter(({ from, to }) => !isSameState(from, to));
    const isKnown = plan.baseAfter !== undefined || moved.length === 0;
    const trees = isKnown ? [] : await planMovedTree(place.git, place.overlay, worktree.baseTree, moved);
    const baseAfter = plan.baseAfter ?? trees.at(-1)?.oid ?? null;
    const isMoving = baseAfter !== null && baseAfter !== worktree.baseTree;
    const staged = [...(plan.staged ?? [])];
    await requireStaged(db, plan.sessionId, staged);
    const now = time.now();
    const edit: Edit = {
      id: EditId.parse(newId("edit", now)),
      sessionId: plan.sessionId,
      projectId: worktree.projectId,
      worktreeId: worktree.id,
      kind: plan.kind,
      state: "started",
      files,
      base: moved,
      baseBefore: isMoving ? worktree.baseTree : null,
      baseAfter: isMoving ? baseAfter : null,
      index: [...(plan.index ?? [])],
      staged,
      judged: [...plan.judged],
      undoes: plan.undoes ?? null,
      taskId: plan.taskId ?? null,
      reason: null,
      createdAt: now,
      endedAt: null,
    };
    // A base that is planned can be compared once it is stored.
    const known = plan.pending && { pending: plan.pending, overlay: place.overlay };
    let end = trees.length === 0 ? this.#prepareBeside(plan, edit, known) : null;
    try {
      await place.keep(edit, trees, projectPath).catch((error: unknown) => {
        throw toEditError(error);
      });
      end ??= this.#prepareBeside(plan, edit, known);
      await db.write("full", (tx) => insertEdit(tx, edit, toEditPathTexts(edit)));
      await this.#failpoint("edit.recorded");
      return await this.#write(place, plan, edit, { files: edit.files, end, laterAt: now });
    } finally {
      // Nothing of an edit goes on after its locks are let go of.
      await Promise.allSettled([end]);
    }
  }

  /**
   * Finishes the edits that an earlier daemon left open, one by one; `withLocks` runs the work under the locks of an edit's roots, and
   * returns null if its project or worktree is gone. An edit that cannot be finished stays open and is logged. Run it before anything else
   * writes.
   */
  async recover(withLocks: (edit: Edit, work: (ground: EditGround) => Promise<void>) => Promise<unknown>): Promise<void> {
    const { db, worktrees, logger } = this.#deps;
    const unsettled = await listUnsettledEdits(db.read).catch((error: unknown) => {
      // A row that cannot be read must not keep the daemon from starting.
      logger.error({ err: error }, "The edits that were interrupted could not be read");
      return [];
    });
    for (const edit of unsettled) {
      if (edit.state === "needs_attention") continue;
      try {
        const found = await withLocks(edit, async (ground) => {
          await this.#resume(await EditPlace.open(worktrees, ground.worktree, ground.projectPath), ground, edit);
        });
        if (found === null) await closeEdit(this.#deps, edit, "needs_attention", "The session's worktree or its project is gone");
      } catch (error) {
        logger.error({ err: error, editId: edit.id }, "An edit that was interrupted could not be finished");
      }
    }
    await bringBackAll({ ...this.#deps, openPlace: (each) => EditPlace.open(worktrees, each.worktree, each.projectPath) }, withLocks);
  }

  /**
   * Settles an edit that needs attention. `before`: the paths that still hold what it wrote go back to what they were; what others wrote is
   * never touched. Returns the paths that were left as they are, as text. The base and the pending changes stay as before the edit.
   */
  async settle(edit: Edit, to: "before" | "as_it_is", { worktree, projectPath }: EditGround): Promise<string[]> {
    const place = await EditPlace.open(this.#deps.worktrees, worktree, projectPath);
    await removeLeftTemporaries(place, edit.files);
    const settling = to === "before" ? writeBackAround(place, this.#deps.aheads, edit, this.#failpoint) : [...edit.files];
    const left = await Promise.resolve(settling).catch((error: unknown) => {
      throw toEditError(error);
    });
    await this.#fail(edit, to === "before" ? "The person took it back" : "The person left it as it is");
    return toPathTexts(left.map(({ path }) => path));
  }

  /**
   * Prepares the end while the edit is kept and recorded and its new contents are written, if only a checkout's files are: they play no part in what
   * is pending. Null if it is to be prepared once they are in place.
   */
  #prepareBeside({ worktree }: EditGround, edit: Edit, known?: KnownBefore): Promise<PreparedEnd> | null {
    if (edit.files.some(({ root }) => root !== "checkout")) return null;
    const end = this.#deps.prepareEnd(edit, worktree, known);
    // Whoever waits for it is told.
    end.catch(() => {});
    return end;
  }

  /** Writes files, the whole edit's or those still missing after a crash. */
  async #write(place: EditPlace, ground: EditGround, edit: Edit, { files, lost, end: prepared, ...options }: WriteInput): Promise<Edit> {
    const { aheads } = this.#deps;
    const now = files.map((file) => lost?.get(file) ?? file);
    const writers = place.toWriters(now, edit.files, this.#failpoint, options);
    const discard = () => Promise.all(writers.map((writer) => writer.discard()));
    // What was written before a crash, also what is left of it.
    const left = new Set(files.filter((file) => !lost?.has(file)));
    const earlier = edit.files.filter((file) => !left.has(file));
    let end: PreparedEnd | null = null;
    try {
      const preparing = await Promise.allSettled(writers.map((writer) => writer.prepare()));
      for (const { reason } of preparing.filter((each) => each.status === "rejected")) throw reason;
      end = (await prepared) ?? null;
      await this.#failpoint("edit.temporaries");
      for (const writer of writers) await writer.check();
      for (const { ahead } of writers) if (ahead !== null) await aheads.store(edit.id, ahead);
    } catch (error) {
      await discard();
      if (earlier.length > 0) return this.#takeBack(place, { ...edit, files: earlier }, error);
      await this.#fail(edit, error);
      throw toEditError(error);
    }
    try {
      for (const writer of writers) await writer.swap();
      await this.#failpoint("edit.written");
      end ??= await this.#deps.prepareEnd(edit, ground.worktree);
    } catch (error) {
      await discard();
      const came = new Set(writers.flatMap((writer) => writer.written));
      const written = [...earlier, ...edit.files.filter((file) => left.has(file) && came.has(file))];
      return this.#takeBack(place, { ...edit, files: written }, error);
    }
    try {
      await endEdit(this.#deps, edit, end);
    } catch (error) {
      // All is written: once the store works again, only its end is missing.
      if (isStorageFailure(error)) throw error;
      return this.#takeBack(place, edit, error);
    }
    await this.#failpoint("edit.done");
    aheads.flush(edit.id);
    return { ...edit, state: "done" };
  }

  /** Returns the files of an edit, which are those that were written, to what they were, and throws the fault that `cause` is. */
  async #takeBack(place: EditPlace, edit: Edit, cause: unknown): Promise<never> {
    const { db } = this.#deps;
    const reverting: Edit = { ...edit, state: "reverting" };
    await db.write("full", (tx) => updateEdit(tx, edit.id, { state: "reverting", files: edit.files, reason: toReason(cause) }));
    await this.#failpoint("edit.reverting");
    await this.#goBack(place, reverting, cause);
    throw toEditError(cause);
  }

  async #goBack(place: EditPlace, edit: Edit, cause: unknown): Promise<void> {
    const found = await lookAgain(place, this.#deps.aheads, edit);
    if (found.recovery.kind === "attention") return askPerson(this.#deps, edit, found.recovery.paths);
    const back = toBack(edit, found);
    try {
      await writeBack(place, back, edit.files.map(invertFile), this.#failpoint);
    } catch (error) {
      this.#deps.logger.error({ err: error, editId: edit.id }, "What an edit had written could not be taken back");
      return askPerson(
        this.#deps,
        edit,
        back.map(({ path }) => path),
      );
    }
    await this.#fail(edit, cause);
  }

  /** Finishes an edit that was interrupted. Faults: `edit_needs_attention`, those of git. */
  async #resume(place: EditPlace, ground: EditGround, edit: Edit): Promise<void> {
    if (edit.state === "reverting") {
      await removeLeftTemporaries(place, edit.files);
      return this.#goBack(place, edit, edit.reason);
    }
    const { recovery, holds, ...kept } = await lookAgain(place, this.#deps.aheads, edit);
    await removeLeftTemporaries(place, edit.files);
    if (recovery.kind === "attention") return askPerson(this.#deps, edit, recovery.paths);
    const files = edit.files.filter((_, at) => holds[at] === "before" || holds[at] === "lost");
    await this.#write(place, ground, edit, { files, ...kept });
  }

  /** Records that nothing of an edit is left in place. */
  async #fail(edit: Edit, cause: unknown): Promise<void> {
    await closeEdit(this.#deps, edit, "failed", cause);
    this.#deps.aheads.flush(edit.id);
  }
}

/** What is written of an edit: all of it, or what is missing after a crash. */
interface WriteInput extends WriteOptions {
  files: readonly FileEdit[];
  /** Those of the files that a power cut has taken; default: none. */
  lost?: LookedAgain["lost"];
  /** Prepares the end; default: it is prepared once the files are in place. */
  end?: Promise<PreparedEnd> | null;
}
