import { z } from "zod";
import { EpochMs, SessionId, StashId } from "../ids.ts";
import { RiskReport } from "./risk-report.ts";

/** Uncommitted work that was taken out of a worktree and is kept in the repository. */
export const Stash = z.object({
  stashId: StashId,
  message: z.string().max(300),
  /** The session it was taken from; its title is null if the session is gone. */
  sessionId: SessionId.nullable(),
  sessionTitle: z.string().nullable(),
  /** The branch that was checked out; null if HEAD was detached. */
  branch: z.string().nullable(),
  /** The number of files in it. */
  files: z.number().int().nonnegative(),
  at: EpochMs,
});
export type Stash = z.infer<typeof Stash>;

/** A stash that a person dropped. It can be brought back until its time is over. */
export const DroppedStash = Stash.pick({ stashId: true, message: true, files: true }).extend({ droppedAt: EpochMs, keptUntil: EpochMs });
export type DroppedStash = z.infer<typeof DroppedStash>;

/** What stashing did. */
export const StashResult = z.object({
  stashed: z.boolean(),
  /** Null if nothing was stashed. */
  stashId: StashId.nullable(),
  /** What was stashed, and what still keeps the session from being deleted. */
  message: z.string(),
  /** What the guard sees now. */
  reports: z.array(RiskReport),
});
export type StashResult = z.infer<typeof StashResult>;
