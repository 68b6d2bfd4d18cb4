import type { ChangeDiff, PendingChange } from "@boocode/shared/changes/pending-change";
import type { ChangeId, SessionId } from "@boocode/shared/ids";

export interface PendingChanges {
  list(sessionId: SessionId): Promise<PendingChange[]>;
  /** The change as captured; `stale_change` where the row was replaced meanwhile. */
  diff(sessionId: SessionId, changeId: ChangeId): Promise<ChangeDiff>;
}
