import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";
import { readLooseCommitTree } from "../../platform/git/loose-object.ts";
import { compareTrees, type TreeChange } from "./read-tree-changes.ts";

/** Two trees, by their ids. */
export type TreePair = readonly [from: string, to: string];

/** The maximum number of cached changes, over all comparisons. */
const MAX_KEPT_CHANGES = 20_000;

/** The maximum number of cached trees of commits. */
const MAX_KEPT_TREES = 1_000;

/** Compares trees and caches the result: the difference between two trees never changes. */
export class TreeComparer {
  readonly #git: Git;
  readonly #kept = new Map<string, readonly TreeChange[]>();
  readonly #trees = new Map<string, string>();
  #size = 0;

  constructor(git: Git) {
    this.#git = git;
  }

  /** Returns the differences of each pair, with renames paired, ordered by path. One git process computes all that are not cached. */
  async compare<T extends readonly TreePair[]>(overlay: GitOverlay, pairs: T): Promise<{ [K in keyof T]: readonly TreeChange[] }> {
    const found = new Map<string, readonly TreeChange[]>();
    const unknown = new Map<string, TreePair>();
    for (const pair of pairs) {
      const key = pair.join(" ");
      const kept = pair[0] === pair[1] ? [] : this.#kept.get(key);
      if (kept) found.set(key, kept);
      else unknown.set(key, pair);
    }
    const compared = unknown.size === 0 ? [] : await compareTrees(this.#git, overlay, [...unknown.values()]);
    for (const [place, key] of [...unknown.keys()].entries()) found.set(key, compared[place]!);
    // The most recently used entries are evicted last.
    for (const [key, changes] of found) this.#keep(key, changes);
    return pairs.map((pair) => found.get(pair.join(" "))!) as { [K in keyof T]: readonly TreeChange[] };
  }

  /** Returns the tree of a commit, which never changes. */
  async readTree(overlay: GitOverlay, commit: string): Promise<string> {
    const known = this.#trees.get(commit);
    if (known !== undefined) return known;
    const tree =
      (await readLooseCommitTree(overlay.objectsDir, commit)) ??
      (await this.#git.read(overlay.gitDir, ["rev-parse", "--verify", `${commit}^{tree}`], { overlay })).text;
    this.#trees.set(commit, tree);
    for (const oldest of this.#trees.keys()) {
      if (this.#trees.size <= MAX_KEPT_TREES) break;
      this.#trees.delete(oldest);
    }
    return tree;
  }

  #keep(key: string, changes: readonly TreeChange[]): void {
    this.#drop(key);
    if (changes.length > MAX_KEPT_CHANGES) return;
    this.#kept.set(key, changes);
    // An empty result takes space as well.
    this.#size += changes.length + 1;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= MAX_KEPT_CHANGES) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const changes = this.#kept.get(key);
    if (!changes) return;
    this.#kept.delete(key);
    this.#size -= changes.length + 1;
  }
}

/** Lists every path of the given changes; a renamed file appears under both names. */
export function listPaths(changes: readonly TreeChange[]): BytePath[] {
  return changes.flatMap(({ path, previousPath }) => (previousPath === null ? [path] : [path, previousPath]));
}
