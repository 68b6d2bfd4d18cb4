import type { BaseMove, FileEdit } from "@boocode/shared/changes/edits/file-edit";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";
import type { Limit } from "../../worktrees/removal/looks/limit.ts";
import { readStatus, type Differing, type IndexState } from "../../worktrees/removal/looks/read-status.ts";
import type { TreeComparer } from "../compare/tree-comparer.ts";
import { toMoves } from "./plan-stash.ts";
import type { IndexEntry } from "./restore-index.ts";
import type { StashCommit } from "./stash-refs.ts";

export interface StagingInput {
  git: Git;
  comparer: TreeComparer;
  overlay: GitOverlay;
  /** The worktree's folder. */
  path: string;
  limit: Limit;
}

/** What of a stash can be staged, and the paths of which what was staged stays in the stash alone. Paths have one character per byte. */
export interface StagingPlan {
  moves: BaseMove[];
  left: string[];
}

/**
 * Plans what a stash stages in a worktree, path by path: what it has staged, where HEAD has what it had then, and nothing else is staged. What
 * is staged or committed already needs nothing. Faults: those of git.
 */
export async function planStaging(input: StagingInput, stash: Pick<StashCommit, "head" | "index">): Promise<StagingPlan> {
  const { git, comparer, overlay, path, limit } = input;
  const status = await readStatus(git, path, limit);
  const [then, staged] = [await comparer.readTree(overlay, stash.head), await comparer.readTree(overlay, stash.index)];
  const now = status.head === null ? then : await comparer.readTree(overlay, status.head);
  const [wanted, movedOn] = await comparer.compare(overlay, [
    [then, staged],
    [then, now],
  ] as const);
  const taken = new Map<string, Taken>([
    ...toMoves(movedOn).map(({ path: each, to }) => [each, to] as const),
    ...toStaged(status.differing).map(([each, states]) => [each, states === null ? "conflict" : states.index] as const),
  ]);
  const isInTheWay = findOverlaps(taken);
  const plan: StagingPlan = { moves: [], left: [] };
  for (const move of toMoves(wanted)) {
    const there = taken.get(move.path);
    if (there !== undefined && there !== "conflict" && isSame(there, move.to)) continue;
    const isFree = status.head !== null && there === undefined && !(move.to !== null && isInTheWay(move.path));
    if (isFree) plan.moves.push(move);
    else plan.left.push(move.path);
  }
  return plan;
}

/** Plans the entries of the index that a plan sets. */
export const toEntries = (moves: readonly BaseMove[]): IndexEntry[] => moves.map(({ path, from, to }) => ({ path, head: from, index: to }));

/**
 * Plans how what a stash staged goes back to what HEAD has. Paths of the edit in which something else is staged by now are `kept`, and those
 * in which nothing is staged need nothing.
 */
export function planUnstaging(
  { index, files }: { index: readonly BaseMove[]; files: readonly Pick<FileEdit, "path">[] },
  differing: readonly Differing[],
): { entries: IndexEntry[]; kept: string[] } {
  const staged = new Map(toStaged(differing));
  const own = index.flatMap(({ path, to }): IndexEntry[] => {
    const states = staged.get(path);
    // A conflict has no one state.
    return states && isSame(states.index, to) ? [{ path, ...states }] : [];
  });
  const others = new Map<string, Taken>([...staged].map(([path, states]) => [path, states === null ? "conflict" : states.index]));
  for (const { path } of own) others.delete(path);
  const isInTheWay = findOverlaps(others);
  const entries = own.filter(({ path, head }) => head === null || !isInTheWay(path));
  const back = new Set(entries.map(({ path }) => path));
  const paths = new Set([...index, ...files].map(({ path }) => path));
  return { entries, kept: [...paths].filter((path) => staged.has(path) && !back.has(path)) };
}

/** What is at a path. */
type Taken = IndexState | "conflict";

const toStaged = (differing: readonly Differing[]) =>
  differing.flatMap(({ path, states, isStaged }) => (isStaged ? [[BytePath.toBytes(path), states] as const] : []));

const isSame = (one: IndexState, other: IndexState) => one?.oid === other?.oid && one?.mode === other?.mode;

/** Returns whether a file at a path would replace one of those taken: an index has no file and folder of one name. */
function findOverlaps(taken: ReadonlyMap<string, Taken>): (path: string) => boolean {
  const files = new Set([...taken].flatMap(([path, state]) => (state === null ? [] : [path])));
  const folders = new Set([...files].flatMap(listFolders));
  return (path) => folders.has(path) || listFolders(path).some((folder) => files.has(folder));
}

/** The folders that a path is in. */
const listFolders = (path: string) => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
