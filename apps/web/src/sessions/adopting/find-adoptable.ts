import type { Adoptable } from "@boocode/shared/worktrees/adopting/adoptable";
import type { Adopt } from "@boocode/shared/sessions/session";
import type { RiskOperation } from "@boocode/shared/worktrees/risk-report";

/** One line of the list: a worktree of the person's, or a branch. */
export interface AdoptChoice {
  adopt: Adopt;
  kind: "worktree" | "branch";
  /** The branch's name, or the folder's if no branch is checked out. */
  name: string;
  /** The folder; null for a branch. */
  path: string | null;
  /** What is special about it, in a word or two; null: nothing. */
  state: string | null;
  committedAt: number | null;
}

/** The number of lines that are drawn. */
export const MAX_CHOICES = 100;

const OPERATION_WORDS: Record<RiskOperation, string> = {
  merge: "in a merge",
  rebase: "in a rebase",
  am: "in git am",
  cherry_pick: "in a cherry-pick",
  revert: "in a revert",
  bisect: "in a bisect",
};

/** The choices that contain every word of the query, worktrees first, and how many there are in all. */
export function findAdoptable({ worktrees, branches }: Adoptable, query: string): { choices: AdoptChoice[]; total: number } {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const all: AdoptChoice[] = [
    ...worktrees.map(({ path, branch, operation }) => ({
      adopt: { path },
      kind: "worktree" as const,
      name: branch ?? path.slice(path.lastIndexOf("/") + 1),
      path,
      state: operation !== null ? OPERATION_WORDS[operation] : branch === null ? "no branch" : null,
      committedAt: null,
    })),
    ...branches.map(({ name, committedAt }) => ({
      adopt: { branch: name },
      kind: "branch" as const,
      name,
      path: null,
      state: null,
      committedAt,
    })),
  ];
  const found = all.filter(({ name, path }) => words.every((word) => `${name} ${path ?? ""}`.toLowerCase().includes(word)));
  return { choices: found.slice(0, MAX_CHOICES), total: found.length };
}
