import { FileState, isSameState, type BaseMove, type FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { decideApplyFile } from "@boocode/shared/changes/edits/decide-apply-file";
import { stagedState, type StagedEdit } from "@boocode/shared/changes/staged/staged-edit";
import type { StagedMove } from "@boocode/shared/changes/staged/staged-move";
import { BytePath } from "../../platform/git/byte-path.ts";
import { splitNulBytes } from "../../platform/git/git-output.ts";
import { readTreeChanges, type TreeChange } from "../compare/read-tree-changes.ts";
import type { EditPlace } from "../edits/files/edit-place.ts";
import { planMovedTree } from "../edits/plan-moved-tree.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";
import { mergeContents, type ContentMerge } from "./merge-contents.ts";
import { planApply, type ApplyConflict, type ApplyPlan, type ChosenChange } from "./plan-apply.ts";

/** The paths named to one git. A staged path is always text. */
const PATHS_PER_GIT = 500;

/** A staged change to be written or applied, and the edits behind it. */
export interface ChosenStaged extends ChosenChange {
  edits: readonly StagedEdit[];
}

/** Plans what writing staged changes to the worktree writes there, three-way for each path, and what remains staged. Errors: those of git. */
export async function planStagedWrite(place: EditPlace, chosen: readonly ChosenStaged[]): Promise<ApplyPlan> {
  const { files, conflicts } = await planApply(place, chosen, { root: "worktree" });
  return { files, base: [], conflicts, staged: chosen.flatMap(toMoves) };
}

export interface StagedApply {
  chosen: readonly ChosenStaged[];
  /** The changes of the worktree that are applied with them. */
  written: readonly ChosenChange[];
  baseTree: string;
  /** The tree of the newest checkpoint. */
  tip: string;
}

/**
 * Plans what applying staged changes writes: to the worktree and to the checkout, with the base moved for exactly these. A file of which
 * both a staged change and one of the worktree are applied goes to the checkout as both together. Errors: those of git.
 */
export async function planStagedApply(place: EditPlace, { chosen, written, baseTree, tip }: StagedApply): Promise<ApplyPlan> {
  const plan = await planStagedWrite(place, chosen);
  if (plan.conflicts.length > 0) return { ...plan, conflicts: plan.conflicts.map((each) => ({ ...each, because: "stale" })) };
  const touched = new Set(written.flatMap(toPaths));
  const [both, alone] = [chosen.filter((each) => isOver(each, touched)), chosen.filter((each) => !isOver(each, touched))];
  const overlaid = new Set(both.flatMap(toPaths));
  const onlyWritten = written.filter((each) => !isOver(each, overlaid));
  const together = await joinBoth(place, { both, overlaid, files: plan.files, baseTree, tip });
  const toCheckout = await planApply(place, [...onlyWritten, ...together, ...alone]);
  const isAlone = new Set(alone.flatMap(toPaths));
  const base = await planBase(place, baseTree, alone);
  const refused = new Set(base.conflicts.map(({ changeId }) => changeId));
  return {
    files: [...plan.files, ...toCheckout.files],
    base: [...toCheckout.base.filter(({ path }) => !isAlone.has(path)), ...base.moves],
    // What stands on pending lines conflicts in the checkout too, for that reason.
    conflicts: [...base.conflicts, ...toCheckout.conflicts.filter(({ changeId }) => !refused.has(changeId))],
    ...(plan.staged && { staged: plan.staged }),
  };
}

/** The changes from the base to what the worktree will have, at the paths of which both a staged and a written change are applied. */
async function joinBoth(
  place: EditPlace,
  {
    both,
    overlaid,
    files,
    baseTree,
    tip,
  }: { both: readonly ChosenStaged[]; overlaid: ReadonlySet<string>; files: readonly FileEdit[]; baseTree: string; tip: string },
): Promise<ChosenChange[]> {
  if (both.length === 0) return [];
  const { git, overlay, contents } = place;
  const results = files.filter(({ path, before, after }) => overlaid.has(path) && !isSameState(before, after));
  const states = await readTreeStates(
    place,
    tip,
    results.map(({ path }) => path),
  );
  const moves = results.map(({ path, after }, at) => ({ path, from: states[at]!, to: after }));
  const trees = await planMovedTree(git, overlay, tip, moves);
  await contents.storeTrees(trees);
  const changes = await readTreeChanges(git, overlay, baseTree, trees.at(-1)?.oid ?? tip);
  const idOf = (change: TreeChange) =>
    both.find((each) => toChangePaths(each.change).some((path) => toChangePaths(change).includes(path)))?.changeId;
  return changes.flatMap((change): ChosenChange[] => {
    const changeId = idOf(change);
    return changeId === undefined ? [] : [{ changeId, change, chosen: toEntryStates(change).after }];
  });
}

/** Moves the base for staged changes alone: what they were made over may be pending, and stays pending. */
async function planBase(
  place: EditPlace,
  baseTree: string,
  chosen: readonly ChosenStaged[],
): Promise<{ moves: BaseMove[]; conflicts: ApplyConflict[] }> {
  const sides = chosen.flatMap(toSides);
  const states = await readTreeStates(
    place,
    baseTree,
    sides.map(({ path }) => path),
  );
  const plan = { moves: [] as BaseMove[], conflicts: [] as ApplyConflict[] };
  const merges: (ContentMerge & { move: BaseMove; changeId: ApplyConflict["changeId"] })[] = [];
  for (const [at, { changeId, path, from, to }] of sides.entries()) {
    const state = states[at]!;
    const decided = decideApplyFile({ base: from, chosen: to, checkout: state === null ? { kind: "nothing" } : { kind: "file", state } });
    const move: BaseMove = { path, from: state, to: decided.kind === "write" ? decided.to : state };
    plan.moves.push(move);
    if (decided.kind === "conflict") plan.conflicts.push({ changeId, path, because: "pending" });
    if (decided.kind === "merge") {
      move.to = { mode: decided.mode, oid: "" };
      merges.push({ ...decided, root: null, path, move, changeId });
    }
  }
  if (merges.length === 0) return plan;
  for (const [at, merged] of (await mergeContents(place, merges)).entries()) {
    const { move, changeId, path } = merges[at]!;
    if (typeof merged === "string") plan.conflicts.push({ changeId, path, because: "pending" });
    else move.to = { mode: move.to!.mode, oid: merged.oid };
  }
  return plan;
}

/** What becomes of the staged edits: they go, or keep the hunks that were not chosen. */
function toMoves({ change, chosen, edits }: ChosenStaged): StagedMove[] {
  const { after } = toEntryStates(change);
  if (isSameState(chosen, after)) return edits.map((edit) => ({ path: edit.path, from: edit, to: null }));
  // Hunks are chosen only in a file that keeps its name, or once it has its new one.
  return edits.map((edit) => {
    const isRest = stagedState(edit) !== null && !isSameState(chosen, stagedState(edit));
    return { path: edit.path, from: edit, to: isRest ? { ...edit, base: chosen } : null };
  });
}

/** The paths of a change with what it makes of each: a renamed file is deleted under its old name. */
function toSides({
  changeId,
  change,
  chosen,
}: ChosenStaged): { changeId: ChosenStaged["changeId"]; path: string; from: FileState; to: FileState }[] {
  const { before } = toEntryStates(change);
  const path = BytePath.toBytes(change.path);
  if (change.previousPath === null) return [{ changeId, path, from: before, to: chosen }];
  return [
    { changeId, path: BytePath.toBytes(change.previousPath), from: before, to: null },
    { changeId, path, from: null, to: chosen },
  ];
}

/** Reads what a tree has at paths, which have one character per byte. */
async function readTreeStates({ git, overlay }: EditPlace, tree: string, paths: readonly string[]): Promise<FileState[]> {
  const found = new Map<string, FileState>();
  for (let start = 0; start < paths.length; start += PATHS_PER_GIT) {
    const named = paths.slice(start, start + PATHS_PER_GIT).map((path) => BytePath.toText(BytePath.of(path)));
    const { stdout } = await git.read(overlay.gitDir, ["ls-tree", "-z", "--full-tree", tree, "--", ...named], { overlay });
    for (const line of splitNulBytes(stdout)) {
      const [, mode, oid, path] = /^(\d{6}) (?:blob|commit) ([0-9a-f]+)\t([^]*)$/.exec(line) ?? [];
      if (mode && oid && path) found.set(path, FileState.parse({ mode, oid }));
    }
  }
  return paths.map((path) => found.get(path) ?? null);
}

const toChangePaths = ({ path, previousPath }: Pick<TreeChange, "path" | "previousPath">) =>
  (previousPath === null ? [path] : [path, previousPath]).map(BytePath.toBytes);
const toPaths = ({ change }: ChosenChange) => toChangePaths(change);
const isOver = (each: ChosenChange, paths: ReadonlySet<string>) => toPaths(each).some((path) => paths.has(path));
