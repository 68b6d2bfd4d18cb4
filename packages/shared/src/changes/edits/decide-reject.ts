import type { Fault } from "../../faults/fault.ts";
import type { FileEdit, FileState } from "./file-edit.ts";

/** A change whose hunks, or all of it, a person rejects. Paths have one character per byte. */
export interface RejectedChange {
  path: string;
  /** The old name of a renamed file. */
  previousPath: string | null;
  base: FileState;
  now: FileState;
  /** What stays of the file where only some hunks are rejected; undefined: the whole change goes. */
  left?: FileState;
}

export type RejectDecision = { kind: "write"; files: FileEdit[] } | { kind: "refuse"; fault: Extract<Fault, { kind: "edit_refused" }> };

const NESTED = "160000";

/**
 * Decides what rejecting changes writes to the worktree: the base's content, under its old name. `kept`: the paths of all other files that
 * differ from the base.
 */
export function decideReject(changes: readonly RejectedChange[], kept: Iterable<string>, toText: (path: string) => string): RejectDecision {
  const nested = changes.find(({ base, now }) => base?.mode === NESTED || now?.mode === NESTED);
  if (nested) return refuse(toText(nested.path), "It is a repository of its own");
  const files = changes.flatMap(toFiles);
  const blocker = findBlocker(files, kept);
  if (blocker) return refuse(toText(blocker.path), `${toText(blocker.by)} is in its place, and has to be rejected with it`);
  return { kind: "write", files };
}

function toFiles({ path, previousPath, base, now, left }: RejectedChange): FileEdit[] {
  const root = "worktree";
  if (left !== undefined) return [{ root, path, before: now, after: left }];
  if (previousPath === null) return [{ root, path, before: now, after: base }];
  return [
    { root, path: previousPath, before: null, after: base },
    { root, path, before: now, after: null },
  ];
}

const refuse = (path: string, reason: string): RejectDecision => ({ kind: "refuse", fault: { kind: "edit_refused", path, reason } });

/** Finds a file that could not be written because another file that stays is above or below its path. */
export function findBlocker(files: readonly FileEdit[], kept: Iterable<string>): { path: string; by: string } | null {
  const staying = new Set(kept);
  for (const { path } of files) staying.delete(path);
  const below = new Map<string, string>();
  for (const path of staying) for (const folder of listFolders(path)) below.set(folder, path);
  for (const { path, after } of files) {
    if (after === null) continue;
    const by = below.get(path) ?? listFolders(path).find((folder) => staying.has(folder));
    if (by !== undefined) return { path, by };
  }
  return null;
}

function listFolders(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) folders.push(path.slice(0, at));
  return folders;
}
