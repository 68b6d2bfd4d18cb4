import { findEdit, listUnsettledEdits } from "@boocode/db/stores/changes/edit-store";
import { findProject } from "@boocode/db/stores/project-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import type { ConflictSides } from "@boocode/shared/changes/conflict-sides";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChangeId, EditId, SessionId, StashId } from "@boocode/shared/ids";
import type { Git } from "../../platform/git/git.ts";
import type { Time } from "../../platform/time.ts";
import { GUARD_LIMIT_MS, Limit } from "../../worktrees/removal/looks/limit.ts";
import { readStatus } from "../../worktrees/removal/looks/read-status.ts";
import { planApply, type ChosenChange } from "../apply/plan-apply.ts";
import { readSides, type SidesInput } from "../apply/read-sides.ts";
import { requirePlan } from "../apply/require-plan.ts";
import { toChangeId } from "../compare/to-change-id.ts";
import type { TreeComparer } from "../compare/tree-comparer.ts";
import type { EditJournal } from "../edits/edit-journal.ts";
import { toEditError, toPathTexts } from "../edits/to-edit-error.ts";
import { toEditPathTexts } from "../edits/to-end-events.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";
import { requireUndoable, toUndoPlan } from "../edits/to-undo-plan.ts";
import { withIdleWorktree, withWorktree, type IdleWorktree, type IdleWorktreeDeps } from "../take-back/idle-worktree.ts";
import { planStaging, planUnstaging, toEntries } from "./plan-staging.ts";
import { restoreIndex } from "./restore-index.ts";
import { listStashCommits, type StashCommit } from "./stash-refs.ts";

export interface AppliedStash {
  editId: EditId;
  paths: string[];
  unstaged: string[];
}

export interface StashApplyDeps extends IdleWorktreeDeps {
  git: Git;
  time: Time;
  comparer: TreeComparer;
  journal: EditJournal;
  /** Called at named points so that a test can crash there. */
  failpoint?: (name: string) => void | Promise<void>;
}

/** Where a stash and a session of its project meet. */
interface StashTarget {
  stashId: StashId;
  sessionId: SessionId;
}

const SIDES: SidesInput = { root: "worktree", ours: "the session's worktree", theirs: "the stash" };

/** Brings stashes into any session of the project, and takes that back. */
export class StashApply {
  readonly #deps: StashApplyDeps;

  constructor(deps: StashApplyDeps) {
    this.#deps = deps;
  }

  /**
   * Brings a stash into a session's worktree, three-way for each file, all or nothing, as an edit of the person's, and stages what was
   * staged. The stash stays. `unstaged`: paths that have moved on, of which what was staged is in the stash alone.
   *
   * Faults: `stash_not_found`, `apply_conflict`, those of {@link withIdleWorktree}, `moved_on`, `edit_refused`; those of git also after the
   * files are there: nothing is staged then.
   */
  async apply({ stashId, sessionId }: StashTarget): Promise<AppliedStash> {
    return withIdleWorktree(this.#deps, sessionId, async (ground) => {
      const { worktree, projectPath, place } = ground;
      const stash = await this.#require(stashId, sessionId);
      const { files } = await requirePlan(planApply(place, await this.#readChanges(ground, stash), { root: "worktree" }));
      const { moves } = await this.#planStaging(ground, stash);
      const edit = await this.#deps.journal.carryOut({
        kind: "apply_stash",
        sessionId,
        worktree,
        projectPath,
        files,
        base: [],
        index: moves,
        judged: [],
      });
      await this.#deps.failpoint?.("stash.applied");
      // The person may have staged something meanwhile, and only what is recorded can be taken back.
      const now = await this.#planStaging(ground, stash);
      const recorded = new Set(moves.map(({ path }) => path));
      const staging = now.moves.filter(({ path }) => recorded.has(path));
      await restoreIndex(this.#deps.git, worktree.path, toEntries(staging), "index");
      const left = [...now.left, ...now.moves.flatMap(({ path }) => (recorded.has(path) ? [] : [path]))];
      return { editId: edit.id, paths: toEditPathTexts(edit), unstaged: toPathTexts(left) };
    });
  }

  /**
   * Takes bringing in a stash back: the worktree's files are what they were, and what it staged is staged no more. Doing it twice is doing it
   * once. `kept`: paths in which something else is staged by now, which stays so.
   *
   * Faults: `edit_not_found`, `moved_on` if a file has changed since, those of {@link apply}.
   */
  async undo({ sessionId, editId }: { sessionId: SessionId; editId: EditId }): Promise<{ paths: string[]; kept: string[] }> {
    const { db, git, time, journal } = this.#deps;
    return withIdleWorktree(this.#deps, sessionId, async (ground) => {
      const edit = await requireUndoable(db, { sessionId, editId, kind: "apply_stash", now: time.now() });
      const paths = toEditPathTexts(edit);
      if (edit.state !== "done") return { paths, kept: [] };
      const { path } = ground.worktree;
      const { entries, kept } = planUnstaging(edit, (await readStatus(git, path, new Limit(time, GUARD_LIMIT_MS))).differing);
      // The index first: if the daemon dies in between, the files are still there and the undo can be asked for again.
      await restoreIndex(git, path, entries, "head");
      await this.#deps.failpoint?.("stash.unstaged");
      try {
        await journal.carryOut(toUndoPlan(edit, "undo_apply_stash", ground));
      } catch (error) {
        if (await this.#isStillThere(editId)) await restoreIndex(git, path, entries, "index");
        throw error;
      }
      return { paths, kept: toPathTexts(kept) };
    });
  }

  /**
   * Returns the three sides of bringing one change of a stash into a session's worktree, for a person who looks at a conflict. Nothing is
   * written. Faults: `stash_not_found`, `stale_change`, `session_not_found`, `worktree_not_made`, `project_gone`, those of git.
   */
  async sides({ stashId, sessionId, changeId }: StashTarget & { changeId: ChangeId }): Promise<ConflictSides> {
    return withWorktree(this.#deps, sessionId, async (ground) => {
      const changes = await this.#readChanges(ground, await this.#require(stashId, sessionId));
      const found = changes.find((each) => each.changeId === changeId);
      if (!found) throw new DomainError({ kind: "stale_change", changeId });
      return readSides(ground.place, found.change, SIDES).catch((error: unknown) => {
        throw toEditError(error);
      });
    });
  }

  /** Whether the files of an undo that failed are still there, and will be after the next start. */
  async #isStillThere(editId: EditId): Promise<boolean> {
    const { db } = this.#deps;
    const isOpen = (await listUnsettledEdits(db.read)).some(({ undoes }) => undoes === editId);
    return !isOpen && (await findEdit(db.read, editId))?.state === "done";
  }

  async #readChanges({ worktree, place }: IdleWorktree, { base, commit }: StashCommit): Promise<ChosenChange[]> {
    const { comparer } = this.#deps;
    const [from, to] = [await comparer.readTree(place.overlay, base), await comparer.readTree(place.overlay, commit)];
    const [changes] = await comparer.compare(place.overlay, [[from, to]] as const);
    return changes.map((change) => ({ changeId: toChangeId(worktree.id, change), change, chosen: toEntryStates(change).after }));
  }

  #planStaging({ worktree, place }: IdleWorktree, stash: StashCommit) {
    const { git, time, comparer } = this.#deps;
    const limit = new Limit(time, GUARD_LIMIT_MS);
    return planStaging({ git, comparer, overlay: place.overlay, path: worktree.path, limit }, stash);
  }

  async #require(stashId: StashId, sessionId: SessionId): Promise<StashCommit> {
    const { db, git } = this.#deps;
    const { projectId } = await requireSession(db.read, sessionId);
    const project = await findProject(db.read, projectId);
    const found = project && (await listStashCommits(git, project.path)).find((stash) => stash.stashId === stashId);
    if (!found) throw new DomainError({ kind: "stash_not_found", stashId });
    return found;
  }
}
