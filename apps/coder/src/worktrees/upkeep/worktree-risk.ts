import type { ProjectId, SessionId } from "@boocode/shared/ids";
import type { GitLock, RemoveLockInput } from "@boocode/shared/worktrees/git-lock";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { RepairInput, SetAsideEntry, WorktreeEntry } from "@boocode/shared/worktrees/worktree-inventory";
import { findGitLocks, removeGitLock, type GitLocksDeps } from "./git-locks.ts";
import type { WorktreeInventory } from "./worktree-inventory.ts";
import { repairWorktree, type RepairDeps } from "./worktree-repair.ts";

/** What is lying around in worktrees, and making one whole again. */
export interface WorktreeRisk {
  /** Every worktree, used last first. Sizes not known yet are null, and told when they are. */
  inventory(projectId?: ProjectId): Promise<WorktreeEntry[]>;
  /** What was put away when worktrees were made again, newest first. */
  setAside(): Promise<SetAsideEntry[]>;
  /** Faults: those of {@link repairWorktree}. */
  repair(input: RepairInput): Promise<Worktree>;
  /** What keeps git from writing in a session's repository. Faults: `session_not_found`, those of git. */
  locks(sessionId: SessionId): Promise<GitLock[]>;
  /** Faults: those of {@link removeGitLock}. */
  removeLock(input: RemoveLockInput): Promise<{ removed: boolean }>;
}

export interface WorktreeRiskDeps extends RepairDeps, GitLocksDeps {
  inventory: WorktreeInventory;
  /** A session's files are others than they were: what was derived from them is derived anew. */
  onRepaired(sessionId: SessionId): Promise<unknown>;
}

/** The worktrees of every session, looked through and repaired. */
export function createWorktreeRisk(deps: WorktreeRiskDeps): WorktreeRisk {
  return {
    inventory: (projectId) => deps.inventory.list(projectId),
    setAside: () => deps.inventory.setAside(),
    repair: async (input) => {
      const worktree = await repairWorktree(deps, input);
      await deps.onRepaired(input.sessionId);
      return worktree;
    },
    locks: (sessionId) => findGitLocks(deps, sessionId),
    removeLock: (input) => removeGitLock(deps, input),
  };
}
