import type { BytePath } from "../../platform/git/byte-path.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import type { ChainStep } from "./read-chain.ts";

/** One number names a change of a step, because a long chain has very many: the step's place times this, plus the change's. */
const STEP = 2 ** 24;

/** A chain of checkpoints in which the steps that touch a file are found without looking at all of them. */
export class ChainIndex {
  readonly #chain: readonly ChainStep[];
  /** The changes of each name, in order. */
  readonly #touches = new Map<BytePath, number[]>();
  /** The names that a rename connects with a name. */
  readonly #links = new Map<BytePath, BytePath[]>();

  /** @param chain oldest first */
  constructor(chain: readonly ChainStep[]) {
    this.#chain = chain;
    for (const [step, { changes }] of chain.entries()) {
      for (const [change, { path, previousPath }] of changes.entries()) {
        add(this.#touches, path, step * STEP + change);
        if (previousPath === null) continue;
        add(this.#touches, previousPath, step * STEP + change);
        add(this.#links, path, previousPath);
        add(this.#links, previousPath, path);
      }
    }
  }

  /**
   * Returns the steps that touch the given files under any of their names, each with those changes only. The names of a file are those that
   * renames connect.
   */
  findRelated(files: readonly ({ path: BytePath } | null)[]): ChainStep[] {
    const names = new Set(files.flatMap((file) => (file === null ? [] : [file.path])));
    // A set goes on to what is added to it meanwhile.
    for (const name of names) for (const other of this.#links.get(name) ?? []) names.add(other);
    const found = new Set([...names].flatMap((name) => this.#touches.get(name) ?? []));
    const steps = new Map<number, TreeEntryChange[]>();
    for (const touch of [...found].toSorted((a, b) => a - b)) {
      const place = Math.floor(touch / STEP);
      add(steps, place, this.#chain[place]!.changes[touch % STEP]!);
    }
    return [...steps].map(([place, changes]) => ({ ...this.#chain[place]!, changes }));
  }
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
