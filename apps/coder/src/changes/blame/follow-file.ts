import type { BytePath } from "../../platform/git/byte-path.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import type { ChainIndex } from "./chain-index.ts";
import type { ChainStep } from "./read-chain.ts";

/** The content of a path: its git object id and its mode. */
export interface FileContent {
  oid: string;
  mode: string;
}

export interface NamedFile extends FileContent {
  path: BytePath;
}

/** One version of a file. */
export interface FileVersion {
  /** The step that made it; null if it was there before all steps. */
  step: ChainStep | null;
  /** The index of the version that it was made from; null if there was no file. */
  from: number | null;
  path: BytePath;
  /** Null: the step deleted the file. */
  content: FileContent | null;
  isRename: boolean;
  /** True if this is the base's file, with the base's content. */
  isBase: boolean;
}

/** What became of the base's file. */
export interface BaseFate {
  /** The version that holds what is left of it; null if nothing is. */
  at: number | null;
  /** The step that moved what is left to another file; null if it is still the same file. */
  leftBy: ChainStep | null;
  /** The last version in which anybody may have removed a line of it. */
  end: number;
}

export interface FollowedFile {
  /** All versions of the file and of the files that it was made from, in the order in which they were made. */
  versions: FileVersion[];
  /** The index of the file as it is now; null if it is gone. */
  now: number | null;
  /** Null if the base has no such file. */
  base: BaseFate | null;
}

/**
 * Follows a changed file, and the file of the base that it replaces, through the checkpoints. Changes before the file last equalled the
 * base were undone and no longer count, unless BooCode has brought some of them back since.
 */
export function followFile(chain: ChainIndex, now: NamedFile | null, base: NamedFile | null): FollowedFile {
  const related = chain.findRelated([now, base]);
  const isBase = ({ newMode, newOid, path }: TreeEntryChange) => newMode !== null && path === base?.path && newOid === base.oid;
  const last = related.findLastIndex(({ changes }) => changes.some(isBase));
  const after = related.slice(last + 1);
  if (last >= 0 && after.every(({ by }) => by !== "base")) {
    const followed = new Follower(now, base, base).follow(after);
    if (now === null || followed.base?.at === followed.now) return followed;
  }
  return new Follower(now, base, null).follow(related);
}

class Follower {
  readonly #now: NamedFile | null;
  readonly #base: NamedFile | null;
  readonly #versions: FileVersion[] = [];
  /** The version of each path. */
  readonly #at = new Map<BytePath, number>();
  /** The version that continues the base's file, and how the file ended. */
  #heir: number | null = null;
  #deleted: number | null = null;
  #left: number | null = null;
  /** The last who renamed the base's file. */
  #leftBy: ChainStep | null = null;

  /** @param start the file that is known to exist at the beginning */
  constructor(now: NamedFile | null, base: NamedFile | null, start: NamedFile | null) {
    this.#now = now;
    this.#base = base;
    if (start) this.#find(start.path, start);
  }

  follow(steps: readonly ChainStep[]): FollowedFile {
    for (const step of steps) this.#apply(step);
    const now = this.#now && this.#find(this.#now.path, this.#now);
    return { versions: this.#versions, now, base: this.#base && this.#readFate(now) };
  }

  #apply(step: ChainStep): void {
    const made = step.changes.map((change) => {
      const { oldMode, oldOid, newMode, newOid, path, previousPath } = change;
      const from = oldMode === null ? null : this.#find(previousPath ?? path, { mode: oldMode, oid: oldOid });
      const content = newMode === null ? null : { mode: newMode, oid: newOid };
      return { step, from, path, content, isRename: previousPath !== null, isBase: this.#isBase(path, content) };
    });
    for (const { path, previousPath } of step.changes) this.#at.delete(previousPath ?? path);
    for (const version of made) this.#add(version);
  }

  /** Returns the version of a path; a path that no step has touched yet was there before all steps. */
  #find(path: BytePath, content: FileContent): number {
    const known = this.#at.get(path);
    if (known !== undefined) return known;
    const { mode, oid } = content;
    return this.#add({ step: null, from: null, path, content: { mode, oid }, isRename: false, isBase: this.#isBase(path, content) });
  }

  #isBase(path: BytePath, content: FileContent | null): boolean {
    return content !== null && path === this.#base?.path && content.oid === this.#base.oid;
  }

  #add(version: FileVersion): number {
    const place = this.#versions.push(version) - 1;
    if (version.content !== null) this.#at.set(version.path, place);
    if (this.#base) this.#followBase(version, place, this.#base.path);
    return place;
  }

  #followBase({ step, from, path, content, isRename, isBase }: FileVersion, place: number, basePath: BytePath): void {
    const isNobodys = step === null || step.by === "base";
    const isNew = from === null && path === basePath && content !== null;
    if (isBase) this.#setHeir(place);
    else if (from !== null && from === this.#heir) {
      this.#heir = content === null ? null : place;
      if (content === null) this.#deleted = place;
      else if (path === basePath) this.#left = null;
      else if (isRename && this.#left === null) {
        this.#left = from;
        this.#leftBy = isNobodys ? this.#leftBy : step;
      }
      // A file that an agent creates in the place of a deleted one is another file; one that BooCode brings back is not.
    } else if (isNew && this.#heir === null && (this.#deleted === null || isNobodys)) this.#setHeir(place);
  }

  #setHeir(place: number): void {
    this.#heir = place;
    this.#deleted = null;
    this.#left = null;
  }

  #readFate(now: number | null): BaseFate {
    if (this.#heir === null) return { at: null, leftBy: null, end: this.#deleted ?? Infinity };
    if (this.#heir === now || this.#left === null) return { at: this.#heir, leftBy: null, end: Infinity };
    return { at: this.#left, leftBy: this.#leftBy, end: this.#left };
  }
}
