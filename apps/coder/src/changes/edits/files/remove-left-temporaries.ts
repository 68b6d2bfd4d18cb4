import { readdir } from "node:fs/promises";
import { ByteFolders, splitPath } from "../../../platform/files/byte-folders.ts";
import { removeTemporary } from "../../../platform/files/remove-temporary.ts";
import { findTemporaryOwner, isLeftBehind } from "../../../platform/files/temporary-name.ts";
import type { EditRoot, FileEdit } from "@boocode/shared/changes/edits/file-edit";
import type { EditPlace } from "./edit-place.ts";
import { openNearest } from "./file-steps.ts";

/** Removes the temporary files and folders that a process which has ended left beside the files of an edit. */
export async function removeLeftTemporaries(place: EditPlace, files: readonly FileEdit[]): Promise<void> {
  for (const root of ["checkout", "worktree"] satisfies EditRoot[]) {
    const below = new Set(files.flatMap((file) => (file.root === root ? [splitPath(file.path).folder] : [])));
    const seen = new Set<string>();
    for (const folder of below) await clean(place.pathOf(root), folder, seen);
  }
}

async function clean(root: string, folder: string, seen: Set<string>): Promise<void> {
  const folders = new ByteFolders(root);
  try {
    // A new folder's files wait in the nearest one that exists; it may have been made since.
    for (let at = folder; ; at = splitPath(at).folder) {
      const { opened, path } = openNearest(folders, at);
      at = path;
      if (!seen.has(path)) {
        seen.add(path);
        for (const each of await readdir(opened.at("."), { encoding: "buffer" })) {
          const name = each.toString("latin1");
          const owner = findTemporaryOwner(name);
          if (owner !== null && (await isLeftBehind(owner))) await removeTemporary(folders, path === "" ? name : `${path}/${name}`);
        }
      }
      if (path === "") return;
    }
  } finally {
    folders.close();
  }
}
