import type { SessionId } from "../../ids.ts";
import type { AdoptRefusal } from "./adopt-refusal.ts";

/** One worktree as `git worktree list` has it. */
export interface ListedWorktree {
  path: string;
  /** Null for a bare repository. */
  head: string | null;
  /** The branch's short name; null if HEAD is detached. */
  branch: string | null;
  /** The reason of its lock, empty without one; null if it is not locked. */
  lock: string | null;
  /** True if git says that its folder is gone. */
  isMissing: boolean;
  /** True for the repository's own folder, which git lists first. */
  isMain: boolean;
}

/** Who has what already. */
export interface AdoptFacts {
  /** The folders of all registered projects. */
  projectPaths: ReadonlySet<string>;
  /** The folder of the worktrees that BooCode makes. */
  worktreesDir: string;
  /** The sessions by the paths of their worktrees. Null: BooCode knows the worktree, and its session is gone. */
  byPath: ReadonlyMap<string, SessionId | null>;
  /** The sessions by their branches, trashed ones too. */
  byBranch: ReadonlyMap<string, SessionId | null>;
}

/** Why it cannot be adopted, with the session and the folder that have it. */
export interface NotAdoptable {
  because: AdoptRefusal;
  sessionId: SessionId | null;
  at: string | null;
}

const LOCK_OF_BOOCODE = /^boocode:/;

/** Decides whether a worktree may become a session's; null if it may. `listed`: undefined if git lists none at the path. */
export function decideAdoptWorktree(listed: ListedWorktree | undefined, facts: AdoptFacts): NotAdoptable | null {
  if (listed === undefined) return refuse("foreign");
  const { path, lock, isMain, isMissing } = listed;
  if (isMain || facts.projectPaths.has(path)) return refuse("checkout");
  const sessionId = facts.byPath.get(path);
  if (sessionId !== undefined && sessionId !== null) return refuse("session", { sessionId });
  const isOurs = sessionId === null || path.startsWith(`${facts.worktreesDir}/`) || LOCK_OF_BOOCODE.test(lock ?? "");
  if (isOurs) return refuse("boocode");
  return isMissing ? refuse("missing") : null;
}

/** Decides whether a session may work on a branch; null if it may. `listed`: undefined if there is no such branch. */
export function decideAdoptBranch(
  listed: { name: string; checkedOutAt: string | null } | undefined,
  facts: Pick<AdoptFacts, "byBranch">,
): NotAdoptable | null {
  if (listed === undefined) return refuse("no_branch");
  const sessionId = facts.byBranch.get(listed.name);
  if (sessionId !== undefined) return sessionId === null ? refuse("boocode") : refuse("session", { sessionId });
  return listed.checkedOutAt === null ? null : refuse("checked_out", { at: listed.checkedOutAt });
}

function refuse(because: AdoptRefusal, more: Partial<NotAdoptable> = {}): NotAdoptable {
  return { because, sessionId: null, at: null, ...more };
}
