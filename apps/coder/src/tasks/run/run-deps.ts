import type { AgentPool } from "../../agents/agent-pool.ts";
import type { BackgroundProcesses } from "../../agents/background-processes.ts";
import type { PermissionDesk } from "../../agents/permission-desk.ts";
import type { Feed } from "../../feed/feed.ts";
import type { CaptureChanges, TaskWorktrees, WorktreeGuard } from "./run-ports.ts";
import type { TurnHandoffDeps } from "./prompt/turn-handoff.ts";

/** What a run of a task works with. */
export interface RunDeps extends TurnHandoffDeps {
  feed: Pick<Feed, "changed">;
  pool: AgentPool;
  worktrees: TaskWorktrees;
  guard: WorktreeGuard;
  captureChanges: CaptureChanges;
  permissions: PermissionDesk;
  background: Pick<BackgroundProcesses, "begin" | "end">;
}
