import { constants, existsSync } from "node:fs";
import { open, readdir, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { PathRefused } from "./confined-path.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

export type EntryKind = "file" | "folder" | "link" | "other";

export interface FolderEntry {
  name: string;
  kind: EntryKind;
}

/** An open folder. It refers to the same folder until it is closed, even if its path is replaced meanwhile. */
export interface PinnedFolder {
  handle: FileHandle;
  /** Path components from the root; every one is a real folder, not a link. */
  components: readonly string[];
  /** A path that refers to exactly this folder. */
  path: string;
  /** A path to an entry of exactly this folder. */
  at(name: string): string;
}

/** The entries of an open folder, sorted by name. */
export async function listPinned(folder: PinnedFolder): Promise<FolderEntry[]> {
  const entries = await readdir(folder.at(""), { withFileTypes: true });
  return entries
    .map((entry) => ({ name: entry.name, kind: toKind(entry) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Opens a folder inside an open folder. Throws the system's `ENOTDIR` for a link or any other entry that is not a folder. */
export async function pinChild(root: string, parent: PinnedFolder, name: string): Promise<PinnedFolder> {
  return pinAt(root, parent.at(name), [...parent.components, name]);
}

/** Reads the beginning of a regular file. Refuses any other kind of file without blocking on it. */
export async function readRegularFile(path: string, maxBytes: number): Promise<{ bytes: Buffer; sizeBytes: number }> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { size } = await requireRegularFile(file);
    const bytes = Buffer.alloc(Math.min(size, maxBytes));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { bytes: bytes.subarray(0, filled), sizeBytes: size };
  } finally {
    await file.close();
  }
}

/** Opens a folder without following a link at its path. */
export async function pinAt(root: string, path: string, components: readonly string[]): Promise<PinnedFolder> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
  // Systems without `/proc/self/fd` have no path through an open handle, so they use the checked path.
  const base = canWalkThroughHandles ? toHandlePath(handle) : join(root, ...components);
  return { handle, components, path: base, at: (name) => `${base}/${name}` };
}

/** Whether paths can go through an open folder handle, as on Linux. */
export const canWalkThroughHandles = existsSync("/proc/self/fd");
/** A path to an open handle, valid in this process and in a child it is about to start. */
export const toHandlePath = ({ fd }: FileHandle) => `/proc/self/fd/${fd}`;

/** Returns the file's stats. Throws {@link PathRefused} unless it is a regular file. */
export async function requireRegularFile(file: FileHandle) {
  const stats = await file.stat();
  if (stats.isDirectory()) throw new PathRefused("it is a folder, not a file");
  if (!stats.isFile()) throw new PathRefused("it is not a regular file");
  return stats;
}

interface HasKind {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** Classifies a folder entry. */
export function toKind(entry: HasKind): EntryKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "other";
}
