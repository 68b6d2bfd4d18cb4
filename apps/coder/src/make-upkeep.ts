import type { Database } from "@boocode/db/database";
import type { SessionId } from "@boocode/shared/ids";
import type { BackgroundProcesses } from "./agents/background-processes.ts";
import { listLiveProcesses } from "./agents/list-live-processes.ts";
import type { Feed } from "./feed/feed.ts";
import type { Git } from "./platform/git/git.ts";
import type { Locks } from "./platform/locks.ts";
import type { Time } from "./platform/time.ts";
import { DeleteGuard } from "./worktrees/removal/delete-guard.ts";
import { WorktreeInventory } from "./worktrees/upkeep/worktree-inventory.ts";
import { WorktreeRisk, type WorktreeRiskDeps } from "./worktrees/upkeep/worktree-risk.ts";
import type { Worktrees } from "./worktrees/worktrees.ts";

export interface UpkeepDeps extends Pick<WorktreeRiskDeps, "onRepaired" | "installId"> {
  db: Database;
  git: Git;
  feed: Feed;
  time: Time;
  locks: Locks;
  worktrees: Worktrees;
  worktreesDir: string;
  background: BackgroundProcesses;
}

/** Builds what lists, repairs and guards worktrees. */
export function makeUpkeep({ background, ...deps }: UpkeepDeps) {
  const inventory = new WorktreeInventory(deps);
  const listProcesses = (sessionId: SessionId | null, folder: string | null) => listLiveProcesses({ background }, sessionId, folder);
  return {
    inventory,
    served: { worktreeRisk: new WorktreeRisk({ ...deps, inventory }), deleteGuard: new DeleteGuard({ ...deps, listProcesses }) },
  };
}
