import type { FolderEntry } from "../../../../platform/files/pinned-folder.ts";
import type { StagedName } from "./staged-tree.ts";

/** An entry of a folder; `isStaged` says that its content is not on disk. */
export interface MergedEntry extends FolderEntry {
  isStaged: boolean;
}

/** The entries of a folder with staged edits on top, sorted by name. */
export function mergeEntries(onDisk: readonly FolderEntry[], staged: ReadonlyMap<string, StagedName>): MergedEntry[] {
  const merged = new Map<string, MergedEntry>(onDisk.map((entry) => [entry.name, { ...entry, isStaged: false }]));
  for (const [name, { kind }] of staged) {
    if (kind === "removed") merged.delete(name);
    // A folder that is on disk too holds both: what is on disk and what is staged.
    else if (kind !== "folder" || merged.get(name)?.kind !== "folder") merged.set(name, { name, kind, isStaged: true });
  }
  return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
