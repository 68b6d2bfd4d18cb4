import { DEFAULT_SESSION_TITLE } from "../chats/to-title.ts";
import type { SessionId } from "../ids.ts";

const MAX_SLUG_LENGTH = 40;

/**
 * The branch of a session's worktree: `boocode/<slug>-<id>`.
 *
 * Git keeps a branch as a file, so where a branch `boocode` exists there can be none below it: then it is `boocode-<slug>-<id>`.
 * Whatever the title, the name is one that git takes.
 */
export function toBranchName(title: string, id: SessionId, hasBoocodeBranch: boolean): string {
  const slug = toSlug(title);
  // An id may hold dots and colons, which a ref may not, or not everywhere.
  const suffix = id.replaceAll(/[^A-Za-z0-9_-]/g, "-");
  return `boocode${hasBoocodeBranch ? "-" : "/"}${slug === "" ? "session" : slug}-${suffix}`;
}

/**
 * The branch of a worktree that was made before its session had a title, as it is called now that there is one; null where it was named
 * by a title, or there still is none.
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
