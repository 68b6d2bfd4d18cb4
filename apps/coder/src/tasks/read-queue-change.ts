import type { Queryable } from "@boocode/db/database";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import type { NewChatEvent } from "@boocode/shared/chats/chat-event";
import type { SessionId } from "@boocode/shared/ids";

/** Reads the session's current queue as an event, to be stored in the transaction that changed the queue. */
export async function readQueueChange(tx: Queryable, sessionId: SessionId, at: number): Promise<NewChatEvent> {
  const open = await listOpenTasks(tx, sessionId);
  const taskIds = open.filter((task) => task.state === "queued").map((task) => task.id);
  return { chatId: null, taskId: null, at, body: { type: "queue.changed", taskIds } };
}
