import { linkSync, lstatSync, readdirSync, readlinkSync, renameSync, rmdirSync, symlinkSync, unlinkSync, write, writeSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { promisify } from "node:util";
import type { FileMode } from "@boocode/shared/changes/edits/file-edit";
import { splitPath, type ByteFolder, type ByteFolders } from "../../../platform/files/byte-folders.ts";

const writeChunk = promisify(write);
const CHUNK_BYTES = 1024 * 1024;

/** Errors of file systems that have no hard links. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"]);

/** Opens a folder, or the nearest one above it that exists and is a folder. */
export function openNearest(folders: ByteFolders, folder: string): { opened: ByteFolder; path: string } {
  for (let path = folder; ; path = splitPath(path).folder) {
    try {
      return { opened: folders.open(path), path };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (path === "" || (code !== "ENOENT" && code !== "ENOTDIR" && code !== "ELOOP")) throw error;
    }
  }
}

/** Moves a temporary file to a path where nothing is. Never replaces anything: throws `EEXIST`. */
export function putNew(source: string | Buffer, target: string | Buffer, mode: FileMode): void {
  if (mode === "120000") symlinkSync(readlinkSync(source, { encoding: "buffer" }), target);
  else {
    try {
      linkSync(source, target);
    } catch (error) {
      if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
      if (lstatSync(target, { throwIfNoEntry: false })) throw Object.assign(new Error("Something is there"), { code: "EEXIST" });
      return renameSync(source, target);
    }
  }
  unlinkSync(source);
}

/** Removes a folder if it is empty. */
export function removeEmpty(folders: ByteFolders, folder: string): void {
  try {
    const { folder: above, name } = splitPath(folder);
    const parent = folders.open(above);
    rmdirSync(parent.at(name));
    folders.note(parent);
  } catch {
    // It has content of somebody else, or is gone.
  }
}

/** Removes what is at a path if it is a folder that holds nothing but folders. */
export function removeFolders(folders: ByteFolders, path: string): void {
  const { folder: above, name } = splitPath(path);
  if (!lstatSync(folders.open(above).at(name), { throwIfNoEntry: false })?.isDirectory()) return;
  for (const inside of readdirSync(folders.open(path).at("."), { encoding: "latin1" })) removeFolders(folders, `${path}/${inside}`);
  removeEmpty(folders, path);
}

/** Removes a file of a folder, if both are there. */
export async function removeIn(folders: ByteFolders, folder: string, name: string): Promise<void> {
  try {
    await unlink(folders.open(folder).at(name));
  } catch {
    // A temporary file that is left does no harm: the next start removes it.
  }
}

/** Writes a new file's content. A small one is written at once, which costs less than waiting for other threads. */
export async function fill(descriptor: number, content: Buffer): Promise<void> {
  for (let at = 0; at < content.length;) {
    const length = Math.min(content.length - at, CHUNK_BYTES);
    at +=
      length < content.length
        ? (await writeChunk(descriptor, content, at, length)).bytesWritten
        : writeSync(descriptor, content, at, length);
  }
}

/** Returns the permissions of a regular file; null if there is none. */
export function permissionsOf(path: string | Buffer): number | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.mode & 0o777 : null;
}

/** Returns the permissions of a file that is replaced: the person's own, with or without the right to run it. */
export function toPermissions(kept: number, mode: FileMode): number {
  return mode === "100755" ? kept | ((kept & 0o444) >> 2) : kept & ~0o111;
}
