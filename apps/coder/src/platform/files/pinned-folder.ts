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

/** An open folder: as long as it is held, nobody can exchange it for another one under us. */
export interface PinnedFolder {
  handle: FileHandle;
  /** Components from the root, all of them real folders. */
  components: readonly string[];
  /** A path to exactly this folder. */
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

/** Opens a folder inside an open one. A link or anything else in its place is the system's `ENOTDIR`. */
export async function pinChild(root: string, parent: PinnedFolder, name: string): Promise<PinnedFolder> {
  return pinAt(root, parent.at(name), [...parent.components, name]);
}

/** Reads the beginning of a regular file; everything else is refused without waiting for it. */
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

/** Opens a folder without following a link in its place. */
export async function pinAt(root: string, path: string, components: readonly string[]): Promise<PinnedFolder> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
  // Where the system does not let one walk through an open folder, the checked path has to do.
  const base = canWalkThroughHandles ? toHandlePath(handle) : join(root, ...components);
  return { handle, components, path: base, at: (name) => `${base}/${name}` };
}

/** The system lets one walk through an open folder: Linux does. */
export const canWalkThroughHandles = existsSync("/proc/self/fd");
/** A path to what is open, for this process and a child that it is about to start. */
export const toHandlePath = ({ fd }: FileHandle) => `/proc/self/fd/${fd}`;

/** What a file is, if it is a regular one; else refused. */
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

/** What an entry of a folder is. */
export function toKind(entry: HasKind): EntryKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "other";
}
