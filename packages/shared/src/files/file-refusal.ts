import { z } from "zod";

/**
 * Why a file of a worktree is not opened or written.
 *
 * `missing`: nothing is there. `exists`: something is there already. `link`: the path goes through a symbolic link. `not_a_file`: a folder, a
 * pipe or the like is there. `not_a_folder`: no folder is there. `other_repository`: it lies in a nested repository. `forbidden`: it leads
 * out of the worktree or into git's own files, or its name is no text. `too_large`: over a number of bytes. `too_many`: over a number of
 * files. `not_text`: its bytes are no UTF-8, so an edit of its text would change them.
 */
export const FileRefusal = z.enum([
  "missing",
  "exists",
  "link",
  "not_a_file",
  "not_a_folder",
  "other_repository",
  "forbidden",
  "too_large",
  "too_many",
  "not_text",
]);
export type FileRefusal = z.infer<typeof FileRefusal>;
