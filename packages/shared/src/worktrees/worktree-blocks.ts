import { z } from "zod";
import type { Worktree } from "./worktree.ts";

const count = z.number().int().positive();

/** One reason why a worktree should not go away: what would be lost, or who stands in it. */
export const WorktreeBlock = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tasks"), count }),
  /** Files that differ from the base and that nobody has judged, or that were edited since anybody looked. */
  z.object({ kind: z.literal("changes"), count }),
  /** Commits that are on no other branch and at no remote. */
  z.object({ kind: z.literal("commits"), count }),
  /** Files that no checkpoint holds. */
  z.object({ kind: z.literal("left_out"), count }),
  z.object({ kind: z.literal("not_ours") }),
  z.object({ kind: z.literal("open_session") }),
  /** It could not be looked at, so nothing is known to be safe. */
  z.object({ kind: z.literal("unknown") }),
]);
export type WorktreeBlock = z.infer<typeof WorktreeBlock>;

export interface WorktreeFacts {
  state: Worktree["state"];
  hasOpenSession: boolean;
  openTasks: number;
  /** Changes that nobody judged, and files that no checkpoint holds as they are. */
  pendingFiles: number;
  leftOut: number;
  /** Its files could not be looked at. */
  isUnreadable: boolean;
  /** Null where git could not tell. */
  ownCommits: number | null;
}

/** What speaks against removing a worktree, the most pressing first. */
export function toWorktreeBlocks(facts: WorktreeFacts): WorktreeBlock[] {
  const { state, hasOpenSession, openTasks, pendingFiles, leftOut, isUnreadable, ownCommits } = facts;
  const counted = [
    { kind: "tasks" as const, count: openTasks },
    { kind: "changes" as const, count: pendingFiles },
    { kind: "commits" as const, count: ownCommits ?? 0 },
    { kind: "left_out" as const, count: leftOut },
  ].filter(({ count: many }) => many > 0);
  return [
    ...counted,
    ...(state === "replaced" ? [{ kind: "not_ours" as const }] : []),
    ...(ownCommits === null || isUnreadable ? [{ kind: "unknown" as const }] : []),
    ...(hasOpenSession ? [{ kind: "open_session" as const }] : []),
  ];
}
