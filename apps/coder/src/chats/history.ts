import { readTranscriptEvents } from "@boocode/db/chat-event-store";
import type { Database } from "@boocode/db/database";
import { listOpenTasks } from "@boocode/db/task-store";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { ChatId, TaskId } from "@boocode/shared/ids";
import type { History } from "../backends/backend.ts";

/** What was said in a chat, for agents that keep no memory of their own: the same fold that the page reads. */
export function createHistory(db: Database): History {
  return { read: (chatId, beforeTaskId, maxItems) => readHistory(db, chatId, beforeTaskId, maxItems) };
}

async function readHistory(db: Database, chatId: ChatId, beforeTaskId: TaskId, maxItems: number): Promise<readonly TranscriptItem[]> {
  const open = await listOpenTasks(db.read);
  // Prompts that still wait stand in the journal before what the turns in front of them said: they are not history yet.
  const notYet = new Set<TaskId>([beforeTaskId, ...open.filter((task) => task.chatId === chatId).map((task) => task.id)]);
  const { events } = await readTranscriptEvents(db.read, chatId, { limit: maxItems + notYet.size });
  const { items } = applyChatEvents(emptyTranscript(chatId), events);
  const said = items.filter((item) => item.taskId === null || !notYet.has(item.taskId));
  return inOrderOfTurns(said).slice(-maxItems);
}

/** Each turn whole, in order of acceptance: a prompt sent while another turn ran was not heard in the middle of it. */
function inOrderOfTurns(items: readonly TranscriptItem[]): TranscriptItem[] {
  const placeOf = new Map<TaskId, number>();
  for (const { taskId, firstSeq } of items) {
    if (taskId !== null && !placeOf.has(taskId)) placeOf.set(taskId, firstSeq);
  }
  const place = (item: TranscriptItem) => (item.taskId === null ? item.firstSeq : (placeOf.get(item.taskId) ?? item.firstSeq));
  return items.toSorted((a, b) => place(a) - place(b) || a.firstSeq - b.firstSeq);
}
