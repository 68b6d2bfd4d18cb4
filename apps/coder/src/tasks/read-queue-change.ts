import type { Queryable } from "@boocode/db/database";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import type { NewChatEvent } from "@boocode/shared/chats/chat-event";
import type { EpochMs, SessionId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";

/** Reads the session's current queue as an event, to be stored in the transaction that changed the queue. */
export async function readQueueChange(tx: Queryable, sessionId: SessionId, at: EpochMs): Promise<NewChatEvent> {
  return toQueueChange(await listOpenTasks(tx, sessionId), at);
}

/** Makes the event of a queue from the session's open tasks, in the order of the queue. */
export function toQueueChange(open: readonly Pick<Task, "id" | "state">[], at: EpochMs): NewChatEvent {
  const taskIds = open.filter(({ state }) => state === "queued").map(({ id }) => id);
  return { chatId: null, taskId: null, at, body: { type: "queue.changed", taskIds } };
}
