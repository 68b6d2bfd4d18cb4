import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Database, Queryable } from "@boocode/db/database";
import { updateEdit } from "@boocode/db/stores/changes/edit-store";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { moveStagedEdits } from "@boocode/db/stores/changes/staged-edit-store";
import { findLiveWorktree, updateWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import { toPathTexts } from "./to-edit-error.ts";
import type { PreparedEnd } from "./edit-plan.ts";
import { toEndEvents } from "./to-end-events.ts";

/**
 * Records that an edit is done, with the base, the pending changes and the journal, in one transaction. Faults: `storage_failed`; `moved_on`
 * if the base is no longer what the edit moves it from.
 */
export async function endEdit(
  { db, time, logger }: { db: Database; time: Pick<Time, "now">; logger: Logger },
  edit: Edit,
  end: PreparedEnd,
): Promise<void> {
  const { id, sessionId, worktreeId, undoes, baseAfter } = edit;
  const now = time.now();
  const turn = edit.taskId === null ? null : await findTask(db.read, edit.taskId);
  await db.write("full", async (tx, announce) => {
    await updateEdit(tx, id, { state: "done", endedAt: now });
    if (undoes !== null) await updateEdit(tx, undoes, { state: "undone" });
    if (baseAfter !== null) {
      await requireBase(tx, edit);
      await updateWorktree(tx, worktreeId, { baseTree: baseAfter });
      announce.changed("worktrees", [worktreeId], sessionId);
    }
    await moveStagedEdits(tx, sessionId, edit.staged);
    await end.write(tx, announce);
    await appendChatEvents(tx, announce, sessionId, toEndEvents(edit, now, turn?.chatId));
    announce.changed("changes", [], sessionId);
  });
  // The edit is done, whatever becomes of this: the next capture does it too.
  await end.settle().catch((error: unknown) => logger.warn({ err: error, editId: id }, "What is gone could not be noted after an edit"));
}

async function requireBase(tx: Queryable, { sessionId, base, baseBefore, baseAfter }: Edit): Promise<void> {
  const worktree = await findLiveWorktree(tx, sessionId);
  if (worktree?.baseTree === baseBefore || worktree?.baseTree === baseAfter) return;
  throw new DomainError({ kind: "moved_on", paths: toPathTexts(base.map(({ path }) => path)) });
}
