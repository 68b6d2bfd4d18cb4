import { isSameState, type FileState } from "./file-edit.ts";

/**
 * What is found on disk at a path. `folder`: a folder that is not a repository; `other`: a device, a pipe, or a file that cannot be read;
 * `blocked`: a part of the path is a file, a link or another repository, or the name exists in another case only.
 */
export type FoundState =
  | { kind: "nothing" }
  | { kind: "file"; state: NonNullable<FileState> }
  | { kind: "folder" }
  | { kind: "other" }
  | { kind: "blocked"; by: string; isLink: boolean };

/** The paths of one edit in one root, and every folder above them. */
export interface EditPaths {
  paths: ReadonlySet<string>;
  folders: ReadonlySet<string>;
}

/** Collects the paths of an edit and the folders above them. */
export function toEditPaths(all: Iterable<string>): EditPaths {
  const paths = new Set(all);
  const folders = new Set<string>();
  for (const path of paths) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return { paths, folders };
}

/**
 * Whether what was found is the expected state. Where nothing is expected, a folder that the same edit empties or fills, and a file that it
 * removes or writes above the path, count as nothing: an edit may turn a folder into a file and back.
 */
export function isFound(found: FoundState, expected: FileState, { paths, folders }: EditPaths, path: string): boolean {
  switch (found.kind) {
    case "nothing":
      return expected === null;
    case "file":
      return isSameState(found.state, expected);
    case "folder":
      return expected === null && folders.has(path);
    case "blocked":
      return expected === null && paths.has(found.by);
    case "other":
      return false;
  }
}
