import { DEFAULT_SESSION_TITLE } from "../chats/to-title.ts";
import type { SessionId } from "../ids.ts";

const MAX_SLUG_LENGTH = 32;
/** How many characters of the session's id are tried, until the name is free. */
const SUFFIX_LENGTHS = [4, 8, 16];

/**
 * Returns the names that the branch of a session's worktree may have, the best one first: `boocode/<slug>-<part of the id>`. The last one
 * has the whole id and so is nobody else's.
 *
 * Git stores a branch as a file, so an existing branch `boocode` rules out any below it; the names are then `boocode-<slug>-<id>`. Each is
 * a valid branch name for every title.
 */
export function toBranchNames(title: string, id: SessionId, hasBoocodeBranch: boolean): string[] {
  const slug = toSlug(title);
  const begin = `boocode${hasBoocodeBranch ? "-" : "/"}${slug === "" ? "session" : slug}-`;
  // Ids begin with the time of their creation, which sessions made together share.
  const letters = id.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase();
  const short = SUFFIX_LENGTHS.filter((length) => length < letters.length).map((length) => letters.slice(-length));
  // An id may contain dots and colons, which are not allowed in a ref, or not everywhere.
  return [...short, id.replaceAll(/[^A-Za-z0-9_-]/g, "-")].map((suffix) => begin + suffix);
}

/**
 * Returns the first of `names` that no branch is in the way of. Two names are the same where a file system ignores case, and a branch
 * cannot be below another. The last name is returned if none is free.
 */
export function pickBranchName(names: readonly string[], taken: Iterable<string>): string {
  const others = [...taken].map((name) => name.toLowerCase());
  const isFree = (name: string) =>
    others.every((other) => other !== name && !other.startsWith(`${name}/`) && !name.startsWith(`${other}/`));
  return names.find((name) => isFree(name.toLowerCase())) ?? names.at(-1)!;
}

/**
 * Returns the new names of a branch that was created before its session had a title, the best one first; none if the branch was named
 * after a title, or there still is none.
 */
export function toNamedBranches(branch: string, title: string, id: SessionId): string[] {
  if (title === DEFAULT_SESSION_TITLE) return [];
  const isBeside = toBranchNames(DEFAULT_SESSION_TITLE, id, true).includes(branch);
  if (!isBeside && !toBranchNames(DEFAULT_SESSION_TITLE, id, false).includes(branch)) return [];
  return toBranchNames(title, id, isBeside);
}

function toSlug(title: string): string {
  const slug = title
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  if (slug.length <= MAX_SLUG_LENGTH) return slug;
  // Whole words, if the first one is not endless.
  const wordEnd = slug.lastIndexOf("-", MAX_SLUG_LENGTH);
  return slug.slice(0, wordEnd > 0 ? wordEnd : MAX_SLUG_LENGTH);
}
