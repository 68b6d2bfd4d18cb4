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
  /** Whether a submodule can go back to the base's commit: it is clean there, and has that commit. */
  canMove?: boolean;
}

export type RejectDecision = { kind: "write"; files: FileEdit[] } | { kind: "refuse"; fault: Extract<Fault, { kind: "edit_refused" }> };

const NESTED = "160000";

/**
 * Decides what rejecting changes writes to the worktree: the base's content, under its old name. `kept`: the paths of all other files that
 * differ from the base.
 */
export function decideReject(changes: readonly RejectedChange[], kept: Iterable<string>, toText: (path: string) => string): RejectDecision {
  const stuck = changes.find((change) => isNested(change) && !(isSubmodule(change) && change.canMove === true));
  if (stuck) return refuse(toText(stuck.path), isSubmodule(stuck) ? STUCK : "It is a repository of its own");
  const files = changes.flatMap(toFiles);
  const blocker = findBlocker(files, kept);
  if (blocker) return refuse(toText(blocker.path), `${toText(blocker.by)} is in its place, and has to be rejected with it`);
  return { kind: "write", files };
}

/** As the reason of a refusal. */
const STUCK = "It is a submodule with changes of its own, or one that does not have the commit it would go back to";

const isNested = ({ base, now }: RejectedChange) => base?.mode === NESTED || now?.mode === NESTED;

/** Whether a change only moves a submodule to another commit. */
export const isSubmodule = ({ base, now, previousPath }: Pick<RejectedChange, "base" | "now" | "previousPath">): boolean =>
  previousPath === null && base?.mode === NESTED && now?.mode === NESTED;

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
