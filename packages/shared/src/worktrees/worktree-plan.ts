import { z } from "zod";
import { AgentId } from "../ids.ts";

const MAX_PATTERNS = 50;
const MAX_WORDS = 100;

/**
 * `.boocode/worktree.json`: what a repository wants done with a new worktree. Nothing of it happens before the repository is trusted.
 */
export const WorktreePlan = z.strictObject({
  /** Ignored files of the project's checkout to copy over, as git's patterns: `.env*`, `config/local.json`. */
  copy: z.array(z.string().min(1).max(500)).max(MAX_PATTERNS).default([]),
  /** A program and its arguments, run in the worktree. No shell reads it. */
  setup: z.array(z.string().max(4_000)).min(1).max(MAX_WORDS).optional(),
});
export type WorktreePlan = z.infer<typeof WorktreePlan>;

/** Whose it is what the setup of a worktree changed in files that git tracks, or made beside them: no agent's and not the person's. */
export const SETUP_AUTHOR: AgentId = AgentId.parse("setup");
