import { z } from "zod";
import { EpochMs, SessionId } from "../ids.ts";
import { Worktree } from "./worktree.ts";
import { WorktreeBlock } from "./worktree-blocks.ts";

/** How to repair a worktree. `folder`: adopt the folder at its path, if that is still our checkout. */
export const RepairSource = z.enum(["branch", "checkpoint", "folder"]);
export type RepairSource = z.infer<typeof RepairSource>;

export const RepairInput = z.object({ sessionId: SessionId, from: RepairSource });
export type RepairInput = z.infer<typeof RepairInput>;

/** Disk usage of a folder; null until measured. `isWhole` is false if the count stopped at its limit. */
const Size = z.object({ bytes: z.number().int(), files: z.number().int(), isWhole: z.boolean() }).nullable();

/** One worktree in the list of what uses disk space. */
export const WorktreeEntry = Worktree.pick({
  id: true,
  sessionId: true,
  projectId: true,
  path: true,
  branch: true,
  adopted: true,
  head: true,
  state: true,
  createdAt: true,
}).extend({
  /** Null if its session is gone. */
  sessionTitle: z.string().nullable(),
  lastUsedAt: EpochMs,
  size: Size,
  /** Reasons not to remove it. Commits are included once the size is known. */
  blocks: z.array(WorktreeBlock),
});
export type WorktreeEntry = z.infer<typeof WorktreeEntry>;

/** A folder or git directory that was moved aside when its worktree was recreated. Never removed automatically. */
export const SetAsideEntry = z.object({ path: z.string(), at: EpochMs, size: Size });
export type SetAsideEntry = z.infer<typeof SetAsideEntry>;
