import { readTranscriptEvents } from "@boocode/db/chat-event-store";
import type { Database } from "@boocode/db/database";
import { findTask, listTasks } from "@boocode/db/task-store";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { ChatId, Seq, TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { History } from "@boocode/shared/agents/agent-backend";

/** Tasks of a chat that are looked at to put its items in order: more than may wait at once. */
const MAX_TASKS = 500;

/** What was said in a chat, for agents that keep no memory of their own: the same fold that the page reads. */
export class ChatHistory implements History {
  readonly #deps: { db: Database };

  constructor(deps: { db: Database }) {
    this.#deps = deps;
  }

  read(chatId: ChatId, beforeTaskId: TaskId, maxItems: number): Promise<readonly TranscriptItem[]> {
    return readHistory(this.#deps.db, chatId, beforeTaskId, maxItems);
  }
}

/**
 * Items of the turns accepted before a task, each turn whole and in order of acceptance. In the journal a prompt stands where it
 * was sent, which may be in the middle of another turn, that did not hear it.
 */
async function readHistory(db: Database, chatId: ChatId, beforeTaskId: TaskId, maxItems: number): Promise<readonly TranscriptItem[]> {
  const end = (await findTask(db.read, beforeTaskId))?.acceptedSeq ?? Number.MAX_SAFE_INTEGER;
  const tasks = await listTasks(db.read, { chatId, limit: MAX_TASKS });
  const notYet = tasks.filter((task) => task.acceptedSeq >= end).length;
  const { events } = await readTranscriptEvents(db.read, chatId, { limit: maxItems + notYet });
  const place = placeByTurn(tasks);
  return applyChatEvents(emptyTranscript(chatId), events)
    .items.filter((item) => place(item) < end)
    .toSorted((a, b) => place(a) - place(b) || a.firstSeq - b.firstSeq)
    .slice(-maxItems);
}

function placeByTurn(tasks: readonly Pick<Task, "id" | "acceptedSeq">[]): (item: TranscriptItem) => Seq {
  const accepted = new Map(tasks.map((task) => [task.id, task.acceptedSeq]));
  return ({ taskId, firstSeq }) => (taskId === null ? undefined : accepted.get(taskId)) ?? firstSeq;
}
