import { z } from "zod";

export const Oid = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

/** A regular file, an executable, a symbolic link, or a nested repository (whose id names a commit). */
export const FileMode = z.enum(["100644", "100755", "120000", "160000"]);
export type FileMode = z.infer<typeof FileMode>;

/** What is at a path: its mode and the git id of its raw bytes. Null: nothing. */
export const FileState = z.object({ mode: FileMode, oid: Oid }).nullable();
export type FileState = z.infer<typeof FileState>;

/** A path relative to its root, with one character per byte, because a name need not be UTF-8. */
export const PathBytes = z.string().min(1).max(4_096);

/** The project's own checkout, or the session's worktree. */
export const EditRoot = z.enum(["checkout", "worktree"]);
export type EditRoot = z.infer<typeof EditRoot>;

/** One path that an edit writes. */
export const FileEdit = z.object({ root: EditRoot, path: PathBytes, before: FileState, after: FileState });
export type FileEdit = z.infer<typeof FileEdit>;

/** One path of the base tree that an edit moves. */
export const BaseMove = z.object({ path: PathBytes, from: FileState, to: FileState });
export type BaseMove = z.infer<typeof BaseMove>;

/** Whether two states are the same bytes with the same mode. */
export function isSameState(a: FileState, b: FileState): boolean {
  return a === null || b === null ? a === b : a.mode === b.mode && a.oid === b.oid;
}

/** Swaps before and after. */
export const invertFile = (file: FileEdit): FileEdit => ({ ...file, before: file.after, after: file.before });

/** Swaps from and to. */
export const invertMove = ({ path, from, to }: BaseMove): BaseMove => ({ path, from: to, to: from });
