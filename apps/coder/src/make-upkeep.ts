import type { Database } from "@boocode/db/database";
import type { Feed } from "./feed/feed.ts";
import type { Git } from "./platform/git/git.ts";
import type { Locks } from "./platform/locks.ts";
import type { Time } from "./platform/time.ts";
import { DeleteGuard, type DeleteGuardDeps } from "./worktrees/removal/delete-guard.ts";
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
  listProcesses: DeleteGuardDeps["listProcesses"];
}

/** Builds what lists, repairs and guards worktrees. */
export function makeUpkeep({ listProcesses, ...deps }: UpkeepDeps) {
  const inventory = new WorktreeInventory(deps);
  return {
    inventory,
    served: { worktreeRisk: new WorktreeRisk({ ...deps, inventory }), deleteGuard: new DeleteGuard({ ...deps, listProcesses }) },
  };
}
