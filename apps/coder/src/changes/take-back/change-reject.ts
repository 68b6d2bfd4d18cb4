import { findEdit } from "@boocode/db/stores/changes/edit-store";
import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { decideReject, isSubmodule, type RejectedChange } from "@boocode/shared/changes/edits/decide-reject";
import type { JudgeInput } from "@boocode/shared/changes/edits/edit";
import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChangeId, EditId, SessionId } from "@boocode/shared/ids";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Time } from "../../platform/time.ts";
import { readTip } from "../blame/read-checkpoints.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import { isStagedChangeId, toChangeId } from "../compare/to-change-id.ts";
import type { TreeComparer } from "../compare/tree-comparer.ts";
import { chooseHunks } from "../edits/choose-hunks.ts";
import type { EditJournal } from "../edits/edit-journal.ts";
import type { EditPlace } from "../edits/files/edit-place.ts";
import { findSameEdit } from "../edits/find-same-edit.ts";
import { toEditPathTexts } from "../edits/to-end-events.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";
import { requireUndoable, toUndoPlan } from "../edits/to-undo-plan.ts";
import type { StagedChanges } from "../staged/staged-changes.ts";
import { findAppeared } from "./find-appeared.ts";
import { planDrop } from "./plan-drop.ts";
import { withIdleWorktree, withWorktree, type IdleWorktree, type IdleWorktreeDeps } from "./idle-worktree.ts";

export interface ChangeRejectDeps extends IdleWorktreeDeps {
  time: Pick<Time, "now">;
  comparer: TreeComparer;
  stagedChanges: Pick<StagedChanges, "list">;
  journal: EditJournal;
}

export interface Rejected {
  rejectId: EditId;
  /** The paths of the rejected changes. */
  paths: string[];
  /** Paths that are left alone: new files that a rule of the base ignores, so that they may be older than the session. */
  kept: string[];
}

/** A change that is rejected, whole (null) or by hunks. */
interface Chosen {
  changeId: ChangeId;
  change: TreeEntryChange;
  hunks: readonly number[] | null;
}

/** Takes pending changes out of the session's worktree or drops staged ones, and brings them back. */
export class ChangeReject {
  readonly #deps: ChangeRejectDeps;

  constructor(deps: ChangeRejectDeps) {
    this.#deps = deps;
  }

  /**
   * Returns files of the worktree to the base's content, as a whole or by hunks, all or none. Changes that another browser has just rejected
   * in the same way are answered with that edit. New files that a rule of the base ignores are left alone.
   *
   * Faults: those of {@link withIdleWorktree}; `stale_change`, also if the person has changed the file meanwhile; `moved_on`,
   * `edit_refused`, `edit_needs_attention`, `invalid_input` for a hunk that there is not.
   */
  async reject(input: JudgeInput): Promise<Rejected> {
    const { db, comparer, journal, stagedChanges } = this.#deps;
    const { sessionId } = input;
    const all = [...new Set(input.changeIds)];
    // What is only staged is dropped without a look at the disk, also while a turn runs.
    const within = all.every(isStagedChangeId) ? withWorktree : withIdleWorktree;
    return within(this.#deps, sessionId, async ({ worktree, projectPath, place }) => {
      const staged = all.some(isStagedChangeId) ? await stagedChanges.list(sessionId) : [];
      const listed = [...(await listPendingChanges(db.read, sessionId)), ...staged.map(({ row }) => row)];
      const rows = new Map(listed.map((row) => [row.id, row]));
      const ids = all.filter((id) => !isStagedChangeId(id));
      const missing = all.find((id) => !rows.has(id));
      if (missing !== undefined) {
        const edit = await findSameEdit(db, "reject", input, missing);
        return { rejectId: edit.id, paths: toEditPathTexts(edit), kept: [] };
      }
      const { tree } = await readTip(place.git, place.overlay, worktree);
      const [changes] = await comparer.compare(place.overlay, [[worktree.baseTree, tree]] as const);
      const byId = new Map(changes.map((change) => [toChangeId(worktree.id, change), change]));
      const hunks = new Map(input.hunks?.map((each) => [each.changeId, [...new Set(each.hunks)].toSorted((a, b) => a - b)]));
      const asked = ids.map((changeId): Chosen => {
        const change = byId.get(changeId);
        if (!change) throw new DomainError({ kind: "stale_change", changeId });
        return { changeId, change, hunks: hunks.get(changeId) ?? null };
      });
      const appeared = await this.#findAppeared({ worktree, projectPath, place }, asked);
      const chosen = asked.filter(({ change }) => !appeared.has(change.path));
      const kept = [...appeared].map(BytePath.toText);
      const keptIds = new Set(asked.flatMap(({ changeId, change }) => (appeared.has(change.path) ? [changeId] : [])));
      const judged = all.filter((id) => !keptIds.has(id));
      if (judged.length === 0) throw new DomainError({ kind: "edit_refused", path: kept[0]!, reason: MAY_BE_OLDER });
      const present = changes.flatMap(({ path, newMode }) => (newMode === null ? [] : [BytePath.toBytes(path)]));
      const decided = decideReject(await toRejected(place, chosen), present, toText);
      if (decided.kind === "refuse") throw new DomainError(decided.fault);
      const dropped = staged.filter(({ row }) => all.includes(row.id));
      const edit = await journal.carryOut({
        kind: "reject",
        sessionId,
        worktree,
        projectPath,
        files: decided.files,
        base: [],
        staged: await planDrop(place, dropped, hunks),
        judged: judged.map((id) => ({ row: rows.get(id)!, hunks: hunks.get(id) ?? null })),
      });
      return { rejectId: edit.id, paths: toEditPathTexts(edit), kept };
    });
  }

  /**
   * Finds the new files that the rules of the base ignore, so that they may only have appeared: rejecting them would delete what the session
   * never made. Errors: those of git.
   */
  async #findAppeared({ worktree, projectPath, place }: IdleWorktree, asked: readonly Chosen[]): Promise<Set<BytePath>> {
    const added = asked.flatMap(({ change }) => (change.kind === "A" ? [change.path] : []));
    if (added.length === 0) return new Set();
    const raw = await this.#deps.worktrees.openRaw(worktree, projectPath);
    return findAppeared({ raw, place, before: worktree.baseTree, added, leftOut: [], excludes: null });
  }

  /**
   * Brings rejected changes back, with their authors. Doing it twice is doing it once.
   *
   * Faults: `edit_not_found`, `moved_on` if a file has changed since, those of {@link reject}.
   */
  async undo({ sessionId, rejectId }: { sessionId: SessionId; rejectId: EditId }): Promise<{ paths: string[] }> {
    const { db, journal, time } = this.#deps;
    const found = await findEdit(db.read, rejectId);
    const within = found?.files.length === 0 ? withWorktree : withIdleWorktree;
    return within(this.#deps, sessionId, async (ground) => {
      const edit = await requireUndoable(db, { sessionId, editId: rejectId, kind: "reject", now: time.now() });
      if (edit.state === "done") await journal.carryOut(toUndoPlan(edit, "undo_reject", ground));
      return { paths: toEditPathTexts(edit) };
    });
  }
}

/** As the reason of a refusal. */
const MAY_BE_OLDER = "A rule that has changed in this session ignored it before, so it may be older than the session";

const toText = (path: string) => BytePath.toText(BytePath.of(path));

async function toRejected(place: EditPlace, chosen: readonly Chosen[]): Promise<RejectedChange[]> {
  const partial = chosen.flatMap((each) => (each.hunks === null ? [] : [{ ...each, hunks: each.hunks }]));
  const states = await chooseHunks(place, partial, "others");
  const leftOf = new Map<ChangeId, FileState>(partial.map(({ changeId }, at) => [changeId, states[at]!]));
  const rejected = chosen.map(({ changeId, change }): RejectedChange => {
    const { before: base, after: now } = toEntryStates(change);
    const left = leftOf.get(changeId);
    const paths = {
      path: BytePath.toBytes(change.path),
      previousPath: change.previousPath === null ? null : BytePath.toBytes(change.previousPath),
    };
    return { ...paths, base, now, ...(left !== undefined && { left }) };
  });
  for (const each of rejected) {
    if (isSubmodule(each)) each.canMove = await place.canMove("worktree", each.path, each.now!.oid, each.base!.oid);
  }
  return rejected;
}
