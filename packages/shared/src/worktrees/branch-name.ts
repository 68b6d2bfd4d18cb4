import { DEFAULT_SESSION_TITLE } from "../chats/to-title.ts";
import type { SessionId } from "../ids.ts";

const MAX_SLUG_LENGTH = 40;

/**
 * Returns the branch of a session's worktree: `boocode/<slug>-<id>`.
 *
 * Git stores a branch as a file, so an existing branch `boocode` rules out any below it; the name is then `boocode-<slug>-<id>`. The result
 * is a valid branch name for every title.
 */
export function toBranchName(title: string, id: SessionId, hasBoocodeBranch: boolean): string {
  const slug = toSlug(title);
  // An id may contain dots and colons, which are not allowed in a ref, or not everywhere.
  const suffix = id.replaceAll(/[^A-Za-z0-9_-]/g, "-");
  return `boocode${hasBoocodeBranch ? "-" : "/"}${slug === "" ? "session" : slug}-${suffix}`;
}

/**
 * Returns the new name of a branch that was created before its session had a title; null if the branch was named after a title, or there
 * still is none.
 */
export function toNamedBranch(branch: string, title: string, id: SessionId): string | null {
  if (title === DEFAULT_SESSION_TITLE) return null;
  const isBeside = branch === toBranchName(DEFAULT_SESSION_TITLE, id, true);
  if (!isBeside && branch !== toBranchName(DEFAULT_SESSION_TITLE, id, false)) return null;
  return toBranchName(title, id, isBeside);
}

function toSlug(title: string): string {
  return title
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_SLUG_LENGTH + 1)
    .replace(/^-/, "")
    .slice(0, MAX_SLUG_LENGTH)
    .replace(/-$/, "");
}
