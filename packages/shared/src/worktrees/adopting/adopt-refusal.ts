import { z } from "zod";

/**
 * Why a worktree or a branch cannot become a session's.
 *
 * - `foreign`: git lists no worktree of this project there.
 * - `checkout`: a project's own folder, in which changes are applied.
 * - `session`: another session works there.
 * - `boocode`: BooCode made it, this one or another.
 * - `missing`: its folder, or the link between it and the repository, is gone.
 * - `no_branch`: there is no such branch.
 * - `checked_out`: the branch is checked out in a folder already.
 */
export const AdoptRefusal = z.enum(["foreign", "checkout", "session", "boocode", "missing", "no_branch", "checked_out"]);
export type AdoptRefusal = z.infer<typeof AdoptRefusal>;
