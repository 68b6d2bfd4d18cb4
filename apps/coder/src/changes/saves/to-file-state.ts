import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import type { FoundState } from "@boocode/shared/changes/edits/found-state";
import { refuseFile } from "../../platform/files/refuse-file.ts";
import { BytePath } from "../../platform/git/byte-path.ts";

/** What is at a path that is to be written; null if nothing is. A link itself is a state too. Fault: `file_refused`. */
export function toFileState(root: string, path: string, found: FoundState): FileState {
  switch (found.kind) {
    case "nothing":
      return null;
    case "file":
      return found.state;
    case "folder":
    case "other":
      throw refuseFile(path, "not_a_file");
    case "blocked": {
      if (found.isLink) throw refuseFile(path, "link");
      // Where names are found in any case, it is this name in another one.
      const by = BytePath.toText(BytePath.of(found.by));
      if (!path.startsWith(`${by}/`)) throw refuseFile(path, "exists");
      throw refuseFile(path, lstatSync(join(root, by), { throwIfNoEntry: false })?.isDirectory() ? "other_repository" : "not_a_folder");
    }
  }
}
