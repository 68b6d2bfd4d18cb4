import { z } from "zod";

/** The path of a file or folder, relative to its worktree. */
export const FilePath = z.string().min(1).max(4_096);

/** The folder that a path lies in; empty for the worktree itself. */
export const toFolder = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** The last part of a path. */
export const toFileName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
