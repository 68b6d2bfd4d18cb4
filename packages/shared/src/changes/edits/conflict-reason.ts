import { z } from "zod";

/**
 * Why a change cannot be applied to a path of the project's checkout, or a stash to a path of a worktree.
 *
 * `edited`: the same lines, or the same link, were changed there. `added_there`: another file was added under that name. `deleted_there`:
 * the file was deleted there. `kind`: a file on one side is a link or a folder on the other. `link_in_the_way`: a folder on the path is a
 * link there. `in_the_way`: a file, a folder with other content or another repository is where the path leads.
 * `with_others`: what is there goes with other pending changes, and can only be replaced together with those. `binary`: both sides
 * changed a file that has no lines to merge. `submodule`: the commit of a nested repository cannot be moved there. `forbidden`: git's own
 * files are never written. `pending`: a staged edit touches lines of the worktree that are pending themselves, and can only be applied
 * together with those. `stale`: the worktree has other content in the same lines by now than a staged edit was made over.
 */
export const ConflictReason = z.enum([
  "edited",
  "added_there",
  "deleted_there",
  "kind",
  "link_in_the_way",
  "in_the_way",
  "with_others",
  "binary",
  "submodule",
  "forbidden",
  "pending",
  "stale",
]);
export type ConflictReason = z.infer<typeof ConflictReason>;
