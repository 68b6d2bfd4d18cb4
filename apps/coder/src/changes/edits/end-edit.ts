import { appendChatEvents } from "@boocode/db/chat-event-store";
import type { Database } from "@boocode/db/database";
import { updateEdit } from "@boocode/db/edit-store";
import { findTask } from "@boocode/db/task-store";
import { moveStagedEdits } from "@boocode/db/staged-edit-store";
import { updateWorktree } from "@boocode/db/worktree-store";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import type { Time } from "../../platform/time.ts";
import type { EndWrite } from "./edit-plan.ts";
import { toEndEvents } from "./to-end-events.ts";

/** Records that an edit is done, with the base, the pending changes and the journal, in one transaction. Fault: `storage_failed`. */
export async function endEdit({ db, time }: { db: Database; time: Pick<Time, "now"> }, edit: Edit, end: EndWrite): Promise<void> {
  const { id, sessionId, worktreeId, undoes, baseAfter } = edit;
  const now = time.now();
  const turn = edit.taskId === null ? null : await findTask(db.read, edit.taskId);
  await db.write("full", async (tx, announce) => {
    await updateEdit(tx, id, { state: "done", endedAt: now });
    if (undoes !== null) await updateEdit(tx, undoes, { state: "undone" });
    if (baseAfter !== null) {
      await updateWorktree(tx, worktreeId, { baseTree: baseAfter });
      announce.changed("worktrees", [worktreeId], sessionId);
    }
    await moveStagedEdits(tx, sessionId, edit.staged);
    await end(tx, announce);
    await appendChatEvents(tx, announce, sessionId, toEndEvents(edit, now, turn?.chatId));
    announce.changed("changes", [], sessionId);
  });
}
