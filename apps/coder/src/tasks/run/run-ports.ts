import type { Database } from "@boocode/db/database";
import { EVENT_LIMITS } from "@boocode/shared/agents/event-limits";
import type { CapturedTurn } from "@boocode/shared/changes/captured-turn";
import { boundChangedPaths } from "@boocode/shared/chats/bound-paths";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { AgentId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Time } from "../../platform/time.ts";
import type { Logger } from "../../platform/logger.ts";

/** The dependencies shared by all task operations. */
export interface TaskDeps {
  db: Database;
  time: Time;
  logger: Logger;
}

/** When a checkpoint is taken, seen from its turn. `last` takes none. */
export type CheckpointWhen = "before" | "during" | "after" | "last";

/** The worktree operations that a run needs. */
export interface TaskWorktrees {
  /** Returns the session's worktree, creating it if it does not exist. */
  ensure(sessionId: SessionId): Promise<Worktree>;
  /**
   * Takes a checkpoint of the whole worktree as it is now. A null author means the person. `last` returns the newest checkpoint unchanged
   * and takes none.
   */
  checkpoint(
    worktree: Worktree,
    input: { author: AgentId | null; taskId: TaskId; chatId: ChatId; when: CheckpointWhen },
  ): Promise<Checkpoint>;
}

/** Protects a worktree from the agents that are let into it, and the reverse. */
export interface WorktreeGuard {
  /** Does what must happen before an agent is let in; returns whether programs from the repository may start. */
  prepare(worktree: Worktree, chatId: ChatId): Promise<{ projectTrusted: boolean }>;
  /** Calls `onGone` once, soon after the worktree is moved, deleted or replaced, unless the returned function is called first. */
  watch(worktree: Worktree, onGone: () => void): () => void;
}

/** Recomputes the session's pending changes; returns what this turn changed, and how many of its paths are only staged. */
export type CaptureChanges = (
  sessionId: SessionId,
  input: { task: CapturedTurn },
) => Promise<{ paths: string[]; staged?: number; additions: number; deletions: number }>;

/** Builds the journal event for the changes of a turn. */
export function toCapturedEvent({ paths, staged = 0, additions, deletions }: Awaited<ReturnType<CaptureChanges>>): ChatEventBody {
  return { type: "changes.captured", ...boundChangedPaths(paths), ...(staged > 0 && { staged }), additions, deletions };
}

/** Builds the journal event for a checkpoint. */
export function toCheckpointEvent(when: "before" | "after", { commit, leftOut }: Checkpoint): ChatEventBody {
  return { type: "checkpoint.taken", when, commit, leftOut: boundChangedPaths(leftOut.slice(0, EVENT_LIMITS.items)).paths };
}

/** Returns how many files a turn changed, and how many of them it only staged, as its events say. */
export function countChanged(told: readonly ChatEventBody[]): { filesChanged: number; filesStaged: number } {
  const captured = told.find((body) => body.type === "changes.captured");
  if (!captured) return { filesChanged: 0, filesStaged: 0 };
  return { filesChanged: captured.pathCount ?? captured.paths.length, filesStaged: captured.staged ?? 0 };
}

const MAX_NAMED = 10;

/** Builds the notice that lists files a turn may have written but no checkpoint covers, so that no change shows them. */
export function toUncoveredNotice(names: readonly string[]): ChatEventBody {
  const more = names.length - MAX_NAMED;
  const named = `${names.slice(0, MAX_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const text = `Not covered by checkpoints, so not shown as changes: ${named}`;
  return { type: "notice", level: "info", text: text.slice(0, 4_000) };
}
