import type { Database } from "@boocode/db/database";
import { findPendingChange, listPendingChanges } from "@boocode/db/pending-change-store";
import { findProject } from "@boocode/db/project-store";
import { findSession } from "@boocode/db/session-store";
import type { ChangeDiff, PendingChange } from "@boocode/shared/changes/pending-change";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChangeId, SessionId } from "@boocode/shared/ids";
import type { Git } from "../platform/git.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";
import { diffChange } from "./diff-change.ts";
import { readTip } from "./read-checkpoints.ts";
import { readTreeChanges } from "./read-tree-changes.ts";
import { toChangeId } from "./to-change-id.ts";

/** What nobody has judged yet, for the page. */
export interface PendingChanges {
  /** By path. Faults: `session_not_found`. */
  list(sessionId: SessionId): Promise<PendingChange[]>;
  /**
   * The change as it was captured.
   * Faults: `session_not_found`; `change_not_found`; `stale_change` where the worktree has a newer checkpoint without it; those of git.
   */
  diff(sessionId: SessionId, changeId: ChangeId): Promise<ChangeDiff>;
}

export function createPendingChanges(input: { db: Database; git: Git; worktrees: Worktrees }): PendingChanges {
  const { db, git, worktrees } = input;

  async function requireSession(sessionId: SessionId): Promise<void> {
    const session = await findSession(db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
  }

  return {
    async list(sessionId) {
      await requireSession(sessionId);
      return listPendingChanges(db.read, sessionId);
    },
    async diff(sessionId, changeId) {
      await requireSession(sessionId);
      const row = await findPendingChange(db.read, changeId);
      const worktree = await worktrees.find(sessionId);
      if (row?.sessionId !== sessionId || !worktree) throw new DomainError({ kind: "change_not_found", changeId });
      const project = await findProject(db.read, worktree.projectId);
      if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
      const { overlay } = await worktrees.openRaw(worktree, project.path);
      const { tree } = await readTip(git, overlay, worktree);
      const changes = await readTreeChanges(git, overlay, worktree.baseTree, tree);
      const change = changes.find((candidate) => toChangeId(worktree.id, candidate) === changeId);
      if (!change) throw new DomainError({ kind: "stale_change", changeId });
      return diffChange(git, overlay, { change, changeId, agent: row.agent });
    },
  };
}
