import type { TaskId } from "../../ids.ts";
import { decideApplyFile } from "./decide-apply-file.ts";
import { isSameState, type FileMode, type FileState } from "./file-edit.ts";

/** A path that a turn changed. */
export interface TurnPath {
  /** One character per byte. */
  path: string;
  /** What was there before and after the turn, and what is there now. */
  before: FileState;
  after: FileState;
  now: FileState;
  /** True if the file only appeared in the turn, because a rule that ignored it went away: the turn did not write it. */
  isAppeared: boolean;
  /** Whether a submodule can go back from the commit that it is at now: it is clean, and has the one before the turn. */
  canMove?: boolean;
}

/**
 * What restoring one path means. `none`: it is as before the turn; `keep`: it is left alone, because the turn did not write it, or it is
 * a repository of its own or a submodule that cannot go back; `write`: it is as the turn left it; `later`: others have changed it since. Then `merge` are three contents to be
 * merged, so that the later work stays, and `to` is written where they cannot be.
 */
export type RestorePath =
  | { kind: "none" }
  | { kind: "keep" }
  | { kind: "write"; to: FileState }
  | { kind: "later"; to: FileState; merge: RestoreMerge | null };

/** The object ids of three contents, and the mode of the result. */
export interface RestoreMerge {
  mode: FileMode;
  after: string;
  before: string;
  now: string;
}

/** Decides for one path what restoring it to before a turn writes. */
export function decideRestorePath(path: Omit<TurnPath, "path">): RestorePath {
  const { before, after, now, isAppeared, canMove = false } = path;
  if (isSameState(now, before)) return { kind: "none" };
  if (isAppeared || ([before, after, now].some(isNested) && !(isSubmoduleMove(path) && canMove))) return { kind: "keep" };
  if (isSameState(now, after)) return { kind: "write", to: before };
  if (isNested(now)) return { kind: "later", to: before, merge: null };
  // What the turn did is taken back as if its inverse were applied to what is there now.
  const checkout = now === null ? ({ kind: "nothing" } as const) : ({ kind: "file", state: now } as const);
  const decided = decideApplyFile({ base: after, chosen: before, checkout });
  if (decided.kind === "write") return { kind: "later", to: decided.to, merge: null };
  if (decided.kind !== "merge") return { kind: "later", to: before, merge: null };
  return { kind: "later", to: before, merge: { mode: decided.mode, after: decided.base, before: decided.chosen, now: decided.checkout } };
}

const isNested = (state: FileState) => state?.mode === "160000";

/** Whether all that happened to a path is that a submodule was moved to other commits. */
export const isSubmoduleMove = ({ before, after, now }: Pick<TurnPath, "before" | "after" | "now">): boolean =>
  [before, after, now].every(isNested);

/** Returns the text whose hash a person agrees to: the turn, and every path with later work as it is now. */
export function toConsentText(taskId: TaskId, later: readonly Pick<TurnPath, "path" | "now">[]): string {
  const paths = later.map(({ path, now }) => [path, now?.mode ?? null, now?.oid ?? null] as const);
  return JSON.stringify([taskId, paths.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
