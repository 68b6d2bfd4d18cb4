import { z } from "zod";
import { EpochMs } from "../../ids.ts";
import { RiskOperation } from "../risk-report.ts";
import { Oid } from "../worktree.ts";

/** The number of worktrees and branches that are listed, the latest first. */
export const MAX_ADOPTABLE = { worktrees: 100, branches: 500 } as const;

/** What of a project can become a session: the person's own worktrees, and branches that are checked out nowhere. */
export const Adoptable = z.object({
  worktrees: z
    .array(
      z.object({
        path: z.string(),
        /** Null if HEAD is detached. */
        branch: z.string().nullable(),
        head: Oid,
        operation: RiskOperation.nullable(),
      }),
    )
    .max(MAX_ADOPTABLE.worktrees),
  branches: z.array(z.object({ name: z.string(), committedAt: EpochMs })).max(MAX_ADOPTABLE.branches),
  /** True if there are more than are listed. */
  isCut: z.boolean(),
});
export type Adoptable = z.infer<typeof Adoptable>;
