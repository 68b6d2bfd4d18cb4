import type { ProjectId, SessionId } from "@boocode/shared/ids";
import type { GitLock, RemoveLockInput } from "@boocode/shared/worktrees/git-lock";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { RepairInput, SetAsideEntry, WorktreeEntry } from "@boocode/shared/worktrees/worktree-inventory";
import { findGitLocks, removeGitLock, type GitLocksDeps } from "./git-locks.ts";
import type { WorktreeInventory } from "./worktree-inventory.ts";
import { repairWorktree, type RepairDeps } from "./worktree-repair.ts";

export interface WorktreeRiskDeps extends RepairDeps, GitLocksDeps {
  inventory: WorktreeInventory;
  /** Called when a repair has changed a session's files, so that derived data must be computed again. */
  onRepaired(sessionId: SessionId): Promise<unknown>;
}

/** Lists worktrees and what was set aside, and repairs worktrees. */
export class WorktreeRisk {
  readonly #deps: WorktreeRiskDeps;

  constructor(deps: WorktreeRiskDeps) {
    this.#deps = deps;
  }

  /** Lists every worktree, most recently used first. Unknown sizes are null and are announced when known. */
  inventory(projectId?: ProjectId): Promise<WorktreeEntry[]> {
    return this.#deps.inventory.list(projectId);
  }

  /** Lists what was set aside when worktrees were recreated, newest first. */
  setAside(): Promise<SetAsideEntry[]> {
    return this.#deps.inventory.setAside();
  }

  /** Repairs a worktree. Faults: those of {@link repairWorktree}. */
  async repair(input: RepairInput): Promise<Worktree> {
    const worktree = await repairWorktree(this.#deps, input);
    await this.#deps.onRepaired(input.sessionId);
    return worktree;
  }

  /** Lists the locks that keep git from writing in a session's repository. Faults: `session_not_found`, those of git. */
  locks(sessionId: SessionId): Promise<GitLock[]> {
    return findGitLocks(this.#deps, sessionId);
  }

  /** Removes a lock. Faults: those of {@link removeGitLock}. */
  removeLock(input: RemoveLockInput): Promise<{ removed: boolean }> {
    return removeGitLock(this.#deps, input);
  }
}
