import { z } from "zod";
import type { Worktree } from "./worktree.ts";

const count = z.number().int().positive();

/** One reason not to remove a worktree: what would be lost, or who uses it. */
export const WorktreeBlock = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tasks"), count }),
  /** Files that differ from the base and have not been judged, or were edited since they were last shown. */
  z.object({ kind: z.literal("changes"), count }),
  /** Commits on no other branch and no remote. */
  z.object({ kind: z.literal("commits"), count }),
  /** Files missing from every checkpoint. */
  z.object({ kind: z.literal("left_out"), count }),
  z.object({ kind: z.literal("not_ours") }),
  z.object({ kind: z.literal("open_session") }),
  /** The worktree could not be read, so nothing is known to be safe. */
  z.object({ kind: z.literal("unknown") }),
]);
export type WorktreeBlock = z.infer<typeof WorktreeBlock>;

export interface WorktreeFacts {
  state: Worktree["state"];
  /** Whether the person made it. */
  isAdopted: boolean;
  hasOpenSession: boolean;
  openTasks: number;
  /** The number of files with unjudged changes, and of files whose current content is in no checkpoint. */
  pendingFiles: number;
  leftOut: number;
  /** Whether the files could not be read. */
  isUnreadable: boolean;
  /** Null if git could not determine it. */
  ownCommits: number | null;
}

/** Returns the reasons not to remove a worktree, most important first. */
export function toWorktreeBlocks(facts: WorktreeFacts): WorktreeBlock[] {
  const { state, isAdopted, hasOpenSession, openTasks, pendingFiles, leftOut, isUnreadable, ownCommits } = facts;
  const counted = [
    { kind: "tasks" as const, count: openTasks },
    { kind: "changes" as const, count: pendingFiles },
    { kind: "commits" as const, count: ownCommits ?? 0 },
    { kind: "left_out" as const, count: leftOut },
  ].filter(({ count: many }) => many > 0);
  return [
    ...counted,
    ...(state === "replaced" || isAdopted ? [{ kind: "not_ours" as const }] : []),
    ...(ownCommits === null || isUnreadable ? [{ kind: "unknown" as const }] : []),
    ...(hasOpenSession ? [{ kind: "open_session" as const }] : []),
  ];
}
