import type { ConflictReason } from "@boocode/shared/changes/edits/conflict-reason";
import { decideApplyFile, type ApplyFile } from "@boocode/shared/changes/edits/decide-apply-file";
import {
  isSameState,
  type BaseMove,
  type EditRoot,
  type FileEdit,
  type FileMode,
  type FileState,
} from "@boocode/shared/changes/edits/file-edit";
import type { FoundState } from "@boocode/shared/changes/edits/found-state";
import type { StagedMove } from "@boocode/shared/changes/staged/staged-move";
import type { ChangeId } from "@boocode/shared/ids";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import type { DiskReader, Found } from "../edits/files/disk-reader.ts";
import type { EditPlace } from "../edits/files/edit-place.ts";
import { isWritableName } from "../edits/files/require-writable-names.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";
import { mergeContents, type ContentMerge } from "./merge-contents.ts";

/** A change to be applied. */
export interface ChosenChange {
  changeId: ChangeId;
  change: TreeEntryChange;
  /** The state to apply: the worktree's, or the base with the chosen hunks. */
  chosen: FileState;
}

/** Why a change cannot be applied. `path` has one character per byte. */
export interface ApplyConflict {
  changeId: ChangeId;
  path: string;
  because: ConflictReason;
}

export interface ApplyPlan {
  files: FileEdit[];
  base: BaseMove[];
  conflicts: ApplyConflict[];
  /** What becomes of staged edits; absent if none was chosen. */
  staged?: StagedMove[];
}

/** One change with what is found at its paths; `from` is the old name of a renamed file. */
interface Step extends ChosenChange {
  path: string;
  from: string | null;
  base: FileState;
}

export interface ApplyOptions {
  /** Where it is written; default: the checkout. */
  root?: EditRoot;
  /** All pending changes, so that a conflict names what only waits for others of them. */
  pending?: readonly TreeEntryChange[];
}

/**
 * Plans what applying changes writes to the project's checkout, or to the worktree, three-way for each path. Nothing is written. Errors:
 * those of git.
 */
export async function planApply(
  place: EditPlace,
  chosen: readonly ChosenChange[],
  { root = "checkout", pending = [] }: ApplyOptions = {},
): Promise<ApplyPlan> {
  const steps = chosen.map(toStep);
  const reader = place.look(root);
  const found = await readFound(reader, steps);
  const going = listGoing(steps);
  const mayGo = new Set([...going, ...listGoing(pending.map((change) => toStep({ change, chosen: toEntryStates(change).after })))]);
  const plan: ApplyPlan = { files: [], base: [], conflicts: [] };
  const merges: (ContentMerge & { mode: FileMode; finish: (merged: FileState) => void; step: Step })[] = [];
  const names = new Set<string>();
  for (const step of steps) {
    const { changeId, path, from, base, chosen: to } = step;
    const refuse = (at: string, because: ConflictReason) => void plan.conflicts.push({ changeId, path: at, because });
    if (!isWritableName(path)) {
      refuse(path, "forbidden");
      continue;
    }
    // Two names that are one on this file system cannot both be written.
    const name = place.ignoresCase ? path.toLowerCase() : path;
    if (to !== null && names.has(name)) refuse(path, "in_the_way");
    if (to !== null) names.add(name);
    const isThere = async (at: string) => freed(reader, found.get(at)!.state, at, going);
    const target = await isThere(path);
    const source = from === null ? null : await isThere(from);
    // A renamed file that is renamed there already is edited under its new name.
    const old = source?.kind === "file" ? from : null;
    const decided = decideApplyFile({ base, chosen: to, checkout: old === null ? target : source! });
    const isStuck = to?.mode === "160000" && !(await isMovable(place, root, step, decided));
    if (decided.kind === "conflict") {
      const waits = decided.because === "in_the_way" && (await freed(reader, target, path, mayGo)).kind === "nothing";
      refuse(old ?? path, waits ? "with_others" : decided.because);
    } else if (isStuck) refuse(path, "submodule");
    else if (old !== null && target.kind !== "nothing" && !(decided.kind !== "merge" && isAt(target, resultOf(decided, source!)))) {
      refuse(path, target.kind === "file" ? "added_there" : "in_the_way");
    } else {
      const finish = (result: FileState) => {
        if (old !== null) plan.files.push({ root, path: old, before: stateOf(source!), after: null });
        plan.files.push({ root, path, before: stateOf(target), after: result });
      };
      if (decided.kind === "merge") merges.push({ ...decided, root, path: old ?? path, finish, step });
      else finish(resultOf(decided, old === null ? target : source!));
    }
    if (from !== null) plan.base.push({ path: from, from: base, to: null });
    plan.base.push({ path, from: from === null ? base : null, to });
  }
  if (merges.length === 0) return plan;
  for (const [at, merged] of (await mergeContents(place, merges)).entries()) {
    const { finish, mode, step, path } = merges[at]!;
    if (typeof merged === "string") plan.conflicts.push({ changeId: step.changeId, path, because: merged });
    else finish({ mode, oid: merged.oid });
  }
  return plan;
}

/** Whether a submodule stays, or can be moved to the commit that was chosen. */
async function isMovable(place: EditPlace, root: EditRoot, { path, from, base, chosen }: Step, decided: ApplyFile): Promise<boolean> {
  if (from !== null) return false;
  return decided.kind !== "write" || (base !== null && chosen !== null && place.canMove(root, path, base.oid, chosen.oid));
}

/** The paths that are empty once changes are applied. */
const listGoing = (steps: readonly Pick<Step, "path" | "from" | "chosen">[]) =>
  new Set(steps.flatMap(({ path, from, chosen }) => [...(from === null ? [] : [from]), ...(chosen === null ? [path] : [])]));

function toStep<Each extends Omit<ChosenChange, "changeId">>(each: Each): Each & Pick<Step, "path" | "from" | "base"> {
  const { path, previousPath } = each.change;
  return {
    ...each,
    path: BytePath.toBytes(path),
    from: previousPath === null ? null : BytePath.toBytes(previousPath),
    base: toEntryStates(each.change).before,
  };
}

async function readFound(reader: DiskReader, steps: readonly Step[]): Promise<Map<string, Found>> {
  const wanted = steps.flatMap(({ path, from, base, chosen }) => {
    const like = [base, chosen];
    return [{ path, like }, ...(from === null ? [] : [{ path: from, like }])];
  });
  const found = await reader.readAll(wanted);
  return new Map(wanted.map(({ path }, at) => [path, found[at]!]));
}

/** What is at a path once everything that goes with these changes has gone. */
async function freed(reader: DiskReader, state: FoundState, path: string, going: ReadonlySet<string>): Promise<FoundState> {
  const isFree = (state.kind === "blocked" && going.has(state.by)) || (state.kind === "folder" && (await reader.holdsOnly(path, going)));
  return isFree ? { kind: "nothing" } : state;
}

const stateOf = (found: FoundState): FileState => (found.kind === "file" ? found.state : null);
const isAt = (found: FoundState, state: FileState) => found.kind === "file" && isSameState(found.state, state);
const resultOf = (decided: Extract<ApplyFile, { kind: "keep" | "write" }>, found: FoundState): FileState =>
  decided.kind === "write" ? decided.to : stateOf(found);
