import { z } from "zod";

/**
 * Why an edit cannot be staged.
 *
 * `ignored`: git ignores the file, so no checkpoint would hold it. `not_a_file`: a folder, a pipe or the like is there. `other_repository`:
 * it lies in a nested repository. `forbidden`: it leads out of the worktree, into git's own files, or through a link. `too_large`: its
 * content is over the limit. `full`: the session has as many staged files, or bytes, as it may.
 */
export const StagingRefusal = z.enum(["ignored", "not_a_file", "other_repository", "forbidden", "too_large", "full"]);
export type StagingRefusal = z.infer<typeof StagingRefusal>;
