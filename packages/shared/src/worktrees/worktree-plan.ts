import { z } from "zod";
import { AgentId } from "../ids.ts";

const MAX_PATTERNS = 50;
const MAX_WORDS = 100;

/** `.boocode/worktree.json`: the setup a repository wants for a new worktree. Nothing of it runs before the repository is trusted. */
export const WorktreePlan = z.strictObject({
  /** Ignored files to copy from the project's checkout, as git patterns: `.env*`, `config/local.json`. */
  copy: z.array(z.string().min(1).max(500)).max(MAX_PATTERNS).default([]),
  /** A program and its arguments, run in the worktree without a shell. */
  setup: z.array(z.string().max(4_000)).min(1).max(MAX_WORDS).optional(),
});
export type WorktreePlan = z.infer<typeof WorktreePlan>;

/** The author of what a worktree's setup changed in tracked files or added beside them. It is neither an agent nor the person. */
export const SETUP_AUTHOR: AgentId = AgentId.parse("setup");
