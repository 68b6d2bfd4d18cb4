import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { readTreeChanges, type TreeChange } from "../compare/read-tree-changes.ts";
import { ObjectContents } from "../edits/files/object-contents.ts";

/** A path with two of its states. */
export interface StatePair {
  path: string;
  from: FileState;
  to: FileState;
}

/** A difference between two states, and the pairs it came from: two for a renamed file. */
export interface StateChange {
  change: TreeChange;
  pairs: StatePair[];
}

/** How many comparisons are cached: what differs between two contents never changes. */
const MAX_KEPT = 50;

/** Compares the states of paths, and caches the result. */
export class StateComparer {
  readonly #git: Git;
  readonly #kept = new Map<string, StateChange[]>();

  constructor(git: Git) {
    this.#git = git;
  }

  /**
   * Compares the states of many paths, as git compares trees: with renames paired and lines counted. The contents must be in the object
   * store. Ordered by path.
   */
  async compare(overlay: GitOverlay, pairs: readonly StatePair[]): Promise<readonly StateChange[]> {
    if (pairs.length === 0) return [];
    const key = JSON.stringify(pairs);
    const changes = this.#kept.get(key) ?? (await compareStates(this.#git, overlay, pairs));
    this.#kept.delete(key);
    this.#kept.set(key, changes);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
    return changes;
  }
}

async function compareStates(git: Git, overlay: GitOverlay, pairs: readonly StatePair[]): Promise<StateChange[]> {
  // Git stores one folder per tree, so each path stands under its number.
  const toTree = (side: "from" | "to") => ({
    entries: pairs.flatMap((pair, place) => (pair[side] === null ? [] : [toEntry(pair[side], toName(place))])),
  });
  const [from, to] = await new ObjectContents(git, overlay).storeTrees([toTree("from"), toTree("to")]);
  const changes = await readTreeChanges(git, overlay, from!, to!);
  const found = changes.map((change): StateChange => {
    const now = pairs[toPlace(change.path)]!;
    const former = change.previousPath === null ? null : pairs[toPlace(change.previousPath)]!;
    return {
      change: { ...change, path: BytePath.ofText(now.path), previousPath: former && BytePath.ofText(former.path) },
      pairs: former === null ? [now] : [former, now],
    };
  });
  return found.toSorted((a, b) => (BytePath.toBytes(a.change.path) < BytePath.toBytes(b.change.path) ? -1 : 1));
}

/** One line of git's listing of a tree. */
export function toEntry({ mode, oid }: NonNullable<FileState>, name: string): string {
  return `${mode} blob ${oid}\t${name}`;
}

const toName = (place: number) => String(place).padStart(6, "0");
const toPlace = (name: BytePath) => Number(BytePath.toBytes(name));
