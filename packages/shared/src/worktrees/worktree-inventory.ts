import { z } from "zod";
import { EpochMs, SessionId } from "../ids.ts";
import { Worktree } from "./worktree.ts";
import { WorktreeBlock } from "./worktree-blocks.ts";

/** How to make a worktree whole again. `folder`: take what lies in its place, where that is still a checkout of ours. */
export const RepairSource = z.enum(["branch", "checkpoint", "folder"]);
export type RepairSource = z.infer<typeof RepairSource>;

export const RepairInput = z.object({ sessionId: SessionId, from: RepairSource });
export type RepairInput = z.infer<typeof RepairInput>;

/** What a folder takes up on the disk; null until it has been measured. `isWhole` is false where the count was ended at its limit. */
const Size = z.object({ bytes: z.number().int(), files: z.number().int(), isWhole: z.boolean() }).nullable();

/** One worktree, as a person looks through what takes up their disk. */
export const WorktreeEntry = Worktree.pick({
  id: true,
  sessionId: true,
  projectId: true,
  path: true,
  branch: true,
  head: true,
  state: true,
  createdAt: true,
}).extend({
  /** Null where its session is gone. */
  sessionTitle: z.string().nullable(),
  lastUsedAt: EpochMs,
  size: Size,
  /** What speaks against its removal. Commits count once the size is known. */
  blocks: z.array(WorktreeBlock),
});
export type WorktreeEntry = z.infer<typeof WorktreeEntry>;

/** What lay in a worktree's place, or was its git directory, when it was made again. Nothing removes it. */
export const SetAsideEntry = z.object({ path: z.string(), at: EpochMs, size: Size });
export type SetAsideEntry = z.infer<typeof SetAsideEntry>;
