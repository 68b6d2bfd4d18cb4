import type { StagedFile } from "@boocode/shared/agents/agent-backend";
import type { EntryKind } from "../../../../platform/files/pinned-folder.ts";

/** A name in a folder, as far as staged edits say something about it. */
export type StagedName = { kind: "file" | "link" | "folder" } | { kind: "removed" };

/** The staged edits of a worktree by folder. Paths have no leading slash; the root is the empty path. */
export class StagedTree {
  readonly #files: ReadonlyMap<string, StagedFile | null>;
  readonly #folders = new Map<string, Map<string, StagedName>>();
  /** Folders with a staged file, and folders with a staged deletion, at any depth. */
  readonly #filled = new Set<string>();
  readonly #thinned = new Set<string>();

  constructor(files: ReadonlyMap<string, StagedFile | null>) {
    this.#files = files;
    for (const [path, file] of files) this.#add(path, file);
  }

  /** What is staged at a path: a file, null for a deletion, undefined if nothing is. */
  at(path: string): StagedFile | null | undefined {
    return this.#files.get(path);
  }

  /** The kind of what is staged at a path. A folder with a staged file in it counts. */
  kindAt(path: string): Exclude<EntryKind, "other"> | "removed" | undefined {
    const file = this.#files.get(path);
    if (file) return toFileKind(file);
    if (this.#filled.has(path)) return "folder";
    return file === null ? "removed" : undefined;
  }

  /** Whether something below the folder is staged as deleted, so that nothing may be left of it. */
  isThinned(folder: string): boolean {
    return this.#thinned.has(folder);
  }

  /** Whether the disk counts at a path: no folder above it is a staged file. */
  isOnDisk(path: string): boolean {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      // A deleted entry has nothing below it: whatever the disk has there is reached through what was deleted.
      if (this.#files.has(path.slice(0, end))) return false;
    }
    return true;
  }

  /** The names of a folder that staged edits add, replace or remove. */
  namesIn(folder: string): ReadonlyMap<string, StagedName> {
    return this.#folders.get(folder) ?? NO_NAMES;
  }

  #add(path: string, file: StagedFile | null): void {
    let name: StagedName = file ? { kind: toFileKind(file) } : { kind: "removed" };
    for (let end = path.lastIndexOf("/"), below = path; ; below = path.slice(0, end), end = path.lastIndexOf("/", end - 1)) {
      const folder = end > 0 ? path.slice(0, end) : "";
      const leaf = below.slice(end > 0 ? end + 1 : 0);
      const names = this.#folders.get(folder) ?? new Map<string, StagedName>();
      this.#folders.set(folder, names);
      const known = names.get(leaf);
      // A folder with staged files stands where a file was deleted.
      if (below === path ? known?.kind !== "folder" : name.kind === "folder") names.set(leaf, name);
      (file ? this.#filled : this.#thinned).add(folder);
      if (folder === "") return;
      name = file ? { kind: "folder" } : name;
    }
  }
}

const NO_NAMES: ReadonlyMap<string, StagedName> = new Map();
const toFileKind = ({ mode }: StagedFile) => (mode === "120000" ? "link" : "file");
