import type { Database } from "@boocode/db/database";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { ConfinedFolder } from "../platform/files/confined-folder.ts";
import { PathRefused } from "../platform/files/confined-path.ts";
import type { PinnedFolder } from "../platform/files/pinned-folder.ts";
import { refuseFile } from "../platform/files/refuse-file.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";

export interface SessionFolderDeps {
  db: Database;
  worktrees: Pick<Worktrees, "find">;
}

/** A session's worktree, and the files in it. */
export interface SessionFolder {
  worktree: Worktree;
  disk: ConfinedFolder;
}

/** Opens the worktree of a session. Faults: `session_not_found`, `session_deleting`, `worktree_not_made`, `worktree_missing`. */
export async function openSessionFolder({ db, worktrees }: SessionFolderDeps, sessionId: SessionId): Promise<SessionFolder> {
  await requireSession(db.read, sessionId);
  const worktree = await worktrees.find(sessionId);
  if (!worktree || worktree.state === "creating") throw new DomainError({ kind: "worktree_not_made", sessionId });
  const disk = await ConfinedFolder.open(worktree.path).catch((error: unknown) => {
    throw new DomainError({ kind: "worktree_missing", sessionId, path: worktree.path }, { cause: error });
  });
  return { worktree, disk };
}

/** Runs work with an open folder of a worktree. No part of its path is a link. Faults: `file_refused`. */
export async function inFolder<T>(disk: ConfinedFolder, path: string, work: (folder: PinnedFolder) => Promise<T>): Promise<T> {
  const folder = await disk.pin(path).catch((error: unknown) => {
    throw toRefusal(path, error, "not_a_folder");
  });
  try {
    if (folder.components.join("/") !== path) throw refuseFile(path, "link");
    return await work(folder);
  } finally {
    await folder.handle.close();
  }
}

/** Turns an error of the file system into a fault; anything else stays as it is. `otherwise`: what a wrong kind of entry means. */
export function toRefusal(path: string, error: unknown, otherwise: "not_a_file" | "not_a_folder"): unknown {
  if (error instanceof PathRefused) return refuseFile(path, "forbidden");
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return refuseFile(path, "missing");
  if (code === "ENOTDIR") return refuseFile(path, "not_a_folder");
  if (code === "EISDIR" || code === "ENXIO") return refuseFile(path, otherwise);
  if (code === "ELOOP") return refuseFile(path, "link");
  if (code === "ENAMETOOLONG") return refuseFile(path, "forbidden");
  if (code !== undefined && DENIED.has(code)) {
    return new DomainError({ kind: "path_unreadable", path, reason: "BooCode may not read it" }, { cause: error });
  }
  return error;
}

const DENIED: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);
