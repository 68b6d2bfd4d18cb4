import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import type { RiskReport } from "@boocode/shared/worktrees/risk-report";
import type { Locks } from "../../platform/locks.ts";
import { gatherRisk, type GatherRiskDeps } from "./gather-risk.ts";

export interface DeleteGuardDeps extends GatherRiskDeps {
  locks: Locks;
}

/** Tells what would be lost with a session. */
export class DeleteGuard {
  readonly #deps: DeleteGuardDeps;

  constructor(deps: DeleteGuardDeps) {
    this.#deps = deps;
  }

  /**
   * Reports what would be lost if the session were deleted now; nothing for a session without a worktree in which nothing is open. Fault:
   * `session_not_found`.
   */
  async report(sessionId: SessionId): Promise<RiskReport[]> {
    const { db, locks } = this.#deps;
    const session = await findSession(db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
    return locks.project(session.projectId, () =>
      locks.worktree({ sessionId }, async () => {
        const worktree = await findLiveWorktree(db.read, sessionId);
        const { report } = await gatherRisk(this.#deps, { sessionId, worktree });
        return worktree === null && report.verdict === "safe" ? [] : [report];
      }),
    );
  }
}
