import type { ProjectId, SessionId } from "@boocode/shared/ids";
import type { GitLock, RemoveLockInput } from "@boocode/shared/worktrees/git-lock";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { RepairInput, SetAsideEntry, WorktreeEntry } from "@boocode/shared/worktrees/worktree-inventory";
import { findGitLocks, removeGitLock, type GitLocksDeps } from "./git-locks.ts";
import type { WorktreeInventory } from "./worktree-inventory.ts";
import { repairWorktree, type RepairDeps } from "./worktree-repair.ts";

export interface WorktreeRiskDeps extends RepairDeps, GitLocksDeps {
  inventory: WorktreeInventory;
  /** A session's files are others than they were: what was derived from them is derived anew. */
  onRepaired(sessionId: SessionId): Promise<unknown>;
}

/** What is lying around in worktrees, and making one whole again. */
export class WorktreeRisk {
  readonly #deps: WorktreeRiskDeps;

  constructor(deps: WorktreeRiskDeps) {
    this.#deps = deps;
  }

  /** Every worktree, used last first. Sizes not known yet are null, and told when they are. */
  inventory(projectId?: ProjectId): Promise<WorktreeEntry[]> {
    return this.#deps.inventory.list(projectId);
  }

  /** What was put away when worktrees were made again, newest first. */
  setAside(): Promise<SetAsideEntry[]> {
    return this.#deps.inventory.setAside();
  }

  /** Faults: those of {@link repairWorktree}. */
  async repair(input: RepairInput): Promise<Worktree> {
    const worktree = await repairWorktree(this.#deps, input);
    await this.#deps.onRepaired(input.sessionId);
    return worktree;
  }

  /** What keeps git from writing in a session's repository. Faults: `session_not_found`, those of git. */
  locks(sessionId: SessionId): Promise<GitLock[]> {
    return findGitLocks(this.#deps, sessionId);
  }

  /** Faults: those of {@link removeGitLock}. */
  removeLock(input: RemoveLockInput): Promise<{ removed: boolean }> {
    return removeGitLock(this.#deps, input);
  }
}
