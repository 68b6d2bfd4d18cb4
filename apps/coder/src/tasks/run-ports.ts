import type { Database } from "@boocode/db/database";
import { EVENT_LIMITS } from "@boocode/shared/agents/event-limits";
import type { CapturedTurn } from "@boocode/shared/changes/captured-turn";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { AgentId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Time } from "../platform/time.ts";
import type { Logger } from "../platform/logger.ts";

/** What every shell of a task's life stands on. */
export interface TaskDeps {
  db: Database;
  time: Time;
  logger: Logger;
}

/** What a run needs of the session's worktree. */
export interface TaskWorktrees {
  /** The session's worktree, made if it is not there. */
  ensure(sessionId: SessionId): Promise<Worktree>;
  /** Holds the whole worktree as it is now. A null author is the person. `last`: the newest checkpoint as it is; holds nothing. */
  checkpoint(
    worktree: Worktree,
    input: { author: AgentId | null; taskId: TaskId; chatId: ChatId; when: "before" | "after" | "last" },
  ): Promise<Checkpoint>;
}

/** What stands between a worktree and the agents that are let into it. */
export interface WorktreeGuard {
  /** Does what is due before an agent is let in; answers whether anything of the repository's own may start. */
  prepare(worktree: Worktree, chatId: ChatId): Promise<{ projectTrusted: boolean }>;
  /** Calls `onGone` once, soon after the worktree was moved, deleted or replaced; until the returned function is called. */
  watch(worktree: Worktree, onGone: () => void): () => void;
}

/** Makes the session's pending changes anew; answers what this turn changed. */
export type CaptureChanges = (
  sessionId: SessionId,
  input: { task: CapturedTurn },
) => Promise<{ paths: string[]; additions: number; deletions: number }>;

/** The journal's word for what a turn changed. */
export function toCapturedEvent({ paths, additions, deletions }: Awaited<ReturnType<CaptureChanges>>): ChatEventBody {
  return { type: "changes.captured", paths: paths.slice(0, EVENT_LIMITS.changedPaths), additions, deletions };
}

/** The journal's word for a checkpoint. */
export function toCheckpointEvent(when: "before" | "after", { commit, leftOut }: Checkpoint): ChatEventBody {
  return { type: "checkpoint.taken", when, commit, leftOut: leftOut.slice(0, 500) };
}

const MAX_NAMED = 10;

/** Says what a turn may have written and no checkpoint holds, and so no change shows. */
export function toUncoveredNotice(names: readonly string[]): ChatEventBody {
  const more = names.length - MAX_NAMED;
  const named = `${names.slice(0, MAX_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const text = `Not covered by checkpoints, and so in no change: ${named}`;
  return { type: "notice", level: "info", text: text.slice(0, 4_000) };
}
