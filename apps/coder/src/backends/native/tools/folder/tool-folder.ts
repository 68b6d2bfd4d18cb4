import type { ConfinedFolder, FileContent } from "../../../../platform/files/confined-folder.ts";
import type { EntryKind, FolderEntry } from "../../../../platform/files/pinned-folder.ts";
import { walkFolder, type WalkedEntry } from "./walk-folder.ts";

/**
 * The worktree's files as the tools read them: those on disk, or in review mode those on disk with the staged edits on top. Paths take the
 * form that `toComponents` accepts. Refusals throw `PathRefused`; other failures throw the system's error with its `code`.
 */
export interface ReadFolder {
  readonly root: string;
  /** Reads at most `maxBytes` from the beginning of a regular file. Follows links that stay inside. */
  readFile(path: string, maxBytes: number): Promise<FileContent>;
  /** The kind of entry at a path, without following a link at its end. Null if nothing exists there. */
  kindOf(path: string): Promise<EntryKind | null>;
  /** The entries of a folder, sorted by name. */
  list(path: string): Promise<FolderEntry[]>;
  /** Everything below a folder, sorted by name, each folder before its contents. Git's own folders are left out; links are not followed. */
  walk(path: string, maxDepth?: number): AsyncGenerator<WalkedEntry>;
}

/** The worktree's files as the tools read and change them. */
export interface ToolFolder extends ReadFolder {
  /** Writes a whole file and creates missing parent folders. An existing file keeps its mode. */
  writeFile(path: string, content: string | Uint8Array): Promise<{ isNew: boolean; path: string }>;
  /** Renames a file, link or folder. Refuses to replace an existing target. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, link or empty folder; with `recursive`, a folder and its contents. */
  remove(path: string, options: { recursive: boolean }): Promise<void>;
}

/** The files on disk for tools that only read. What it returns has no way to change anything. */
export function toReadFolder(disk: ConfinedFolder): ReadFolder {
  return {
    root: disk.root,
    readFile: (path, maxBytes) => disk.readFile(path, maxBytes),
    kindOf: (path) => disk.kindOf(path),
    list: (path) => disk.list(path),
    walk: (path, maxDepth) => walkFolder(disk, path, maxDepth),
  };
}

/** The files on disk, as the tools use them. */
export function toToolFolder(disk: ConfinedFolder): ToolFolder {
  return {
    ...toReadFolder(disk),
    writeFile: (path, content) => disk.writeFile(path, content),
    rename: (from, to) => disk.rename(from, to),
    remove: (path, options) => disk.remove(path, options),
  };
}
