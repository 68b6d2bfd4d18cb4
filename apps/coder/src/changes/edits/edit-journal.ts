import type { Database } from "@boocode/db/database";
import { insertEdit, listUnsettledEdits, updateEdit } from "@boocode/db/stores/edit-store";
import { decideEditRecovery } from "@boocode/shared/changes/edits/decide-edit-recovery";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import { invertFile, isSameState, type FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { EditId } from "@boocode/shared/ids";
import type { Logger } from "../../platform/logger.ts";
import { newId } from "../../platform/new-id.ts";
import { isStorageFailure, writeOrLater } from "../../platform/retry-write.ts";
import type { Time } from "../../platform/time.ts";
import type { Worktrees } from "../../worktrees/worktrees.ts";
import type { EditPlan, EndWrite, PrepareEnd } from "./edit-plan.ts";
import { EditPlace } from "./files/edit-place.ts";
import { endEdit } from "./end-edit.ts";
import { findEarlier } from "./find-earlier.ts";
import { removeLeftTemporaries } from "./files/remove-left-temporaries.ts";
import { planMovedTree } from "./plan-moved-tree.ts";
import { requireStaged } from "./require-staged.ts";
import { requireWritableNames } from "./files/require-writable-names.ts";
import { toEditError, toPathTexts } from "./to-edit-error.ts";
import { toEditPathTexts } from "./to-end-events.ts";

export interface EditJournalDeps {
  db: Database;
  time: Pick<Time, "now" | "after">;
  logger: Logger;
  worktrees: Worktrees;
  prepareEnd: PrepareEnd;
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
      staged,
      judged: [...plan.judged],
      undoes: plan.undoes ?? null,
      taskId: plan.taskId ?? null,
      reason: null,
      createdAt: now,
      endedAt: null,
    };
    const end = await this.#prepareBeside(plan, edit, place.keep(edit, trees, projectPath), trees.length > 0);
    await db.write("full", (tx) => insertEdit(tx, edit, toEditPathTexts(edit)));
    await this.#failpoint("edit.recorded");
    return this.#write(place, plan, edit, edit.files, end);
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
        if (found === null) await this.#close(edit, "needs_attention", "The session's worktree or its project is gone");
      } catch (error) {
        logger.error({ err: error, editId: edit.id }, "An edit that was interrupted could not be finished");
      }
    }
  }

  /**
   * Settles an edit that needs attention. `before`: the paths that still hold what it wrote go back to what they were; what others wrote is
   * never touched. Returns the paths that were left as they are, as text. The base and the pending changes stay as before the edit.
   */
  async settle(edit: Edit, to: "before" | "as_it_is", { worktree, projectPath }: EditGround): Promise<string[]> {
    const place = await EditPlace.open(this.#deps.worktrees, worktree, projectPath);
    await removeLeftTemporaries(place, edit.files);
    const holds = await place.compare(edit.files);
    const back = to === "before" ? edit.files.filter((_, at) => holds[at] === "after").map(invertFile) : [];
    try {
      await this.#writeBack(place, edit, back);
    } catch (error) {
      throw toEditError(error);
    }
    await this.#close(edit, "failed", to === "before" ? "The person took it back" : "The person left it as it is");
    return toPathTexts(edit.files.flatMap(({ path }, at) => (to === "as_it_is" || holds[at] === "third" ? [path] : [])));
  }

  /**
   * Prepares the end while everything is being kept, if only a checkout's files are written: they play no part in what is pending. With new
   * trees, it reads what is kept. Null if it is to be prepared later.
   */
  async #prepareBeside({ worktree }: EditGround, edit: Edit, keeping: Promise<void>, hasTrees: boolean): Promise<EndWrite | null> {
    const isBeside = edit.files.every(({ root }) => root === "checkout");
    const prepare = async () => {
      if (hasTrees) await keeping;
      return isBeside ? this.#deps.prepareEnd(edit, worktree) : null;
    };
    const [kept, prepared] = await Promise.allSettled([keeping, prepare()]);
    if (kept.status === "rejected") throw toEditError(kept.reason);
    if (prepared.status === "rejected") throw toEditError(prepared.reason);
    return prepared.value;
  }

  /** Writes files, the whole edit's or those still missing after a crash. */
  async #write(
    place: EditPlace,
    ground: EditGround,
    edit: Edit,
    files: readonly FileEdit[],
    prepared: EndWrite | null = null,
  ): Promise<Edit> {
    const writers = place.toWriters(files, edit.files, this.#failpoint);
    const discard = () => Promise.all(writers.map((writer) => writer.discard()));
    // What was written before a crash.
    const left = new Set(files);
    const earlier = edit.files.filter((file) => !left.has(file));
    let end = prepared;
    try {
      const preparing = await Promise.allSettled(writers.map((writer) => writer.prepare()));
      for (const { reason } of preparing.filter((each) => each.status === "rejected")) throw reason;
      await this.#failpoint("edit.temporaries");
      for (const writer of writers) await writer.check();
    } catch (error) {
      await discard();
      if (files.length < edit.files.length) return this.#takeBack(place, { ...edit, files: earlier }, error);
      await this.#close(edit, "failed", error);
      throw toEditError(error);
    }
    try {
      for (const writer of writers) await writer.swap();
      await this.#failpoint("edit.written");
      end ??= await this.#deps.prepareEnd(edit, ground.worktree);
    } catch (error) {
      await discard();
      const written = [...earlier, ...writers.flatMap((writer) => writer.written)];
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
    const holds = await place.compare(edit.files);
    const recovery = decideEditRecovery(
      "reverting",
      edit.files.map(({ path }, at) => ({ path, holds: holds[at]! })),
    );
    if (recovery.kind === "attention") return this.#askPerson(edit, recovery.paths);
    const back = edit.files.filter((_, at) => holds[at] === "after").map(invertFile);
    try {
      await this.#writeBack(place, edit, back);
    } catch (error) {
      this.#deps.logger.error({ err: error, editId: edit.id }, "What an edit had written could not be taken back");
      return this.#askPerson(
        edit,
        back.map(({ path }) => path),
      );
    }
    await this.#close(edit, "failed", cause);
  }

  async #writeBack(place: EditPlace, edit: Edit, back: readonly FileEdit[]): Promise<void> {
    const writers = place.toWriters(back, edit.files.map(invertFile), this.#failpoint);
    try {
      for (const writer of writers) await writer.prepare();
      for (const writer of writers) await writer.check();
      for (const writer of writers) await writer.swap();
    } catch (error) {
      await Promise.all(writers.map((writer) => writer.discard()));
      throw error;
    }
  }

  /** Finishes an edit that was interrupted. Faults: `edit_needs_attention`, those of git. */
  async #resume(place: EditPlace, ground: EditGround, edit: Edit): Promise<void> {
    await removeLeftTemporaries(place, edit.files);
    if (edit.state === "reverting") return this.#goBack(place, edit, edit.reason);
    const holds = await place.compare(edit.files);
    const recovery = decideEditRecovery(
      "started",
      edit.files.map(({ path }, at) => ({ path, holds: holds[at]! })),
    );
    if (recovery.kind === "attention") return this.#askPerson(edit, recovery.paths);
    const left = edit.files.filter((_, at) => holds[at] === "before");
    await this.#write(place, ground, edit, left);
  }

  /** Stops at an edit that only a person can decide about. Nothing more is written. */
  async #askPerson(edit: Edit, paths: readonly string[]): Promise<never> {
    const { db, time } = this.#deps;
    const reason = `Other content is at ${toPathTexts(paths).slice(0, 5).join(", ")}${paths.length > 5 ? ", …" : ""}`;
    await db.write("full", async (tx, announce) => {
      await updateEdit(tx, edit.id, { state: "needs_attention", reason, endedAt: time.now() });
      announce.changed("changes", [], edit.sessionId);
    });
    throw new DomainError({ kind: "edit_needs_attention", editId: edit.id, paths: toPathTexts(paths) });
  }

  async #close(edit: Edit, state: "failed" | "needs_attention", cause: unknown): Promise<void> {
    const { db, time, logger } = this.#deps;
    await writeOrLater({ time, logger }, () =>
      db.write("full", async (tx, announce) => {
        await updateEdit(tx, edit.id, { state, reason: toReason(cause), endedAt: time.now() });
        announce.changed("changes", [], edit.sessionId);
      }),
    );
  }
}

function toReason(cause: unknown): string {
  if (typeof cause === "string") return cause;
  return cause instanceof Error ? cause.message.slice(0, 1_000) : "It was interrupted";
}
