import type { AgentEvent, ToolKind } from "@boocode/shared/agents/agent-event";
import type { Task } from "@boocode/shared/tasks/task";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import type { CaptureChanges, TaskWorktrees } from "./run-ports.ts";

export interface CaptureDuringDeps {
  worktrees: Pick<TaskWorktrees, "checkpoint">;
  captureChanges: CaptureChanges;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: Logger;
}

export interface TurnToWatch {
  task: Task;
  worktree: Worktree;
  before: Promise<Checkpoint>;
  /** Has the files that tools which change files have named so far. */
  recorder: { readonly namedPaths: readonly string[] };
}

/** The tools after which files may have changed. */
const CHANGING: ReadonlySet<ToolKind> = new Set(["edit", "write", "rename", "delete", "command", "other"]);
/** The least time between two captures, in milliseconds. */
const APART_MS = 1_000;
/** A capture takes at most this share of the time: in a large worktree it takes long. */
const SHARE = 0.1;

/**
 * Captures what a turn has changed so far, soon after a tool that may have changed files has ended, or when the person looks at the
 * changes, so that they are seen while the agent works. A capture that fails is left to the next one, or to the end of the turn.
 */
export class CaptureDuring {
  readonly #deps: CaptureDuringDeps;
  readonly #turn: TurnToWatch;
  readonly #kinds = new Map<string, ToolKind>();
  #cancelTimer: (() => void) | null = null;
  #capturing: Promise<void> | null = null;
  #apartMs = APART_MS;
  #isClosed = false;

  constructor(deps: CaptureDuringDeps, turn: TurnToWatch) {
    this.#deps = deps;
    this.#turn = turn;
  }

  note(event: AgentEvent): void {
    if (event.type === "tool.started") this.#kinds.set(event.callId, event.kind);
    if (event.type !== "tool.updated" || event.status === "running") return;
    const kind = this.#kinds.get(event.callId);
    this.#kinds.delete(event.callId);
    if (kind !== undefined && CHANGING.has(kind)) this.captureSoon();
  }

  /** Resolves when nothing more is captured here. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    await this.#capturing;
  }

  /** Captures once more within a moment: a tool has ended, or the person looks at the changes. */
  captureSoon(): void {
    if (this.#isClosed || this.#cancelTimer) return;
    this.#cancelTimer = this.#deps.time.after(this.#apartMs, () => {
      this.#capturing = this.#capture().finally(() => {
        this.#capturing = null;
        this.#cancelTimer = null;
      });
    });
  }

  async #capture(): Promise<void> {
    const { worktrees, captureChanges, time, logger } = this.#deps;
    const { task, worktree, before, recorder } = this.#turn;
    const { id, chatId, agent, sessionId } = task;
    const startedAt = time.elapsedMs();
    try {
      const { tree } = await before;
      const now = await worktrees.checkpoint(worktree, { author: agent, taskId: id, chatId, when: "during" });
      await captureChanges(sessionId, { task: { id, chatId, agent, before: tree, after: now.tree, namedPaths: recorder.namedPaths } });
    } catch (error) {
      logger.warn({ err: error, taskId: id }, "What a turn has changed so far could not be captured");
    }
    this.#apartMs = Math.max(APART_MS, (time.elapsedMs() - startedAt) / SHARE);
  }
}
