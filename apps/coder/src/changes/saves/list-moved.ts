import { lstat, readdir } from "node:fs/promises";
import { FILE_LIMITS } from "@boocode/shared/files/file-limits";
import { refuseFile } from "../../platform/files/refuse-file.ts";
import { BytePath } from "../../platform/git/byte-path.ts";

const { movedBytes, movedFiles, movedTotalBytes } = FILE_LIMITS;
/** Folders in folders: more is no project. */
const MOST_DEEP = 100;

/** What a folder holds, at any depth. */
export interface FolderContents {
  /** Files and links. */
  files: BytePath[];
  /** Its folders and itself, the deepest first. */
  folders: BytePath[];
}

/**
 * Lists what goes with a folder that is renamed or deleted. Follows no link. Its content is kept, so it must be within limits.
 *
 * Faults: `file_refused`: `other_repository`, `not_a_file` for a pipe or the like, `too_large`, `too_many`.
 */
export async function listMoved(root: string, folder: string): Promise<FolderContents> {
  const found: FolderContents = { files: [], folders: [] };
  let bytes = 0;
  const walk = async (path: BytePath, depth: number): Promise<void> => {
    const text = BytePath.toText(path);
    if (depth > MOST_DEEP) throw refuseFile(text, "too_many", movedFiles);
    const entries = await readdir(BytePath.toFile(root, path), { withFileTypes: true, encoding: "buffer" });
    for (const entry of entries) {
      const name = entry.name.toString("latin1");
      const child = BytePath.join(path, BytePath.of(name));
      if (name === ".git") throw refuseFile(text, "other_repository");
      if (entry.isDirectory()) await walk(child, depth + 1);
      else {
        const size = await measureFile(root, child);
        bytes += size;
        if (bytes > movedTotalBytes) throw refuseFile(folder, "too_large", movedTotalBytes);
        found.files.push(child);
        if (found.files.length > movedFiles) throw refuseFile(folder, "too_many", movedFiles);
      }
    }
    found.folders.push(path);
  };
  await walk(BytePath.ofText(folder), 0);
  return found;
}

/** The size of a file or link that is renamed or deleted. Fault: `file_refused` if it is neither or too large. */
export async function measureFile(root: string, path: BytePath): Promise<number> {
  const stats = await lstat(BytePath.toFile(root, path));
  if (!stats.isFile() && !stats.isSymbolicLink()) throw refuseFile(BytePath.toText(path), "not_a_file");
  if (stats.size > movedBytes) throw refuseFile(BytePath.toText(path), "too_large", movedBytes);
  return stats.size;
}
