import { readTranscriptEvents } from "@boocode/db/stores/chat-event-store";
import type { Database } from "@boocode/db/database";
import { findTask, listTasks } from "@boocode/db/stores/task-store";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { PromptItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { ChatId, Seq, TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { History } from "@boocode/shared/agents/agent-backend";

/** The number of tasks read to order a chat's items: more than may be open at once. */
const MAX_TASKS = 500;

/** The history of a chat, for agents that keep no memory of their own. Uses the same fold as the page. */
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
 * Reads the newest `maxItems` items of the turns accepted before a task, in order of acceptance, plus the prompt of each of those turns,
 * however old. In the journal a prompt stands where it was sent, possibly in the middle of another turn that did not see it.
 */
async function readHistory(db: Database, chatId: ChatId, beforeTaskId: TaskId, maxItems: number): Promise<readonly TranscriptItem[]> {
  const end = (await findTask(db.read, beforeTaskId))?.acceptedSeq ?? Number.MAX_SAFE_INTEGER;
  const tasks = await listTasks(db.read, { chatId, limit: MAX_TASKS });
  const notYet = tasks.filter((task) => task.acceptedSeq >= end).length;
  const { events } = await readTranscriptEvents(db.read, chatId, { limit: maxItems + notYet });
  const place = placeByTurn(tasks);
  const kept = applyChatEvents(emptyTranscript(chatId), events)
    .items.filter((item) => place(item) < end)
    .toSorted(byTurn(place))
    .slice(-maxItems);
  return [...listMissingPrompts(kept, tasks), ...kept].toSorted(byTurn(place));
}

const byTurn = (place: (item: TranscriptItem) => Seq) => (a: TranscriptItem, b: TranscriptItem) =>
  place(a) - place(b) || a.firstSeq - b.firstSeq;

/** Returns prompts of turns that began before the oldest kept item, so that no answer lacks its question. */
function listMissingPrompts(items: readonly TranscriptItem[], tasks: readonly Task[]): PromptItem[] {
  const told = new Set(items.flatMap((item) => (item.kind === "prompt" ? [item.taskId] : [])));
  const begun = new Set(items.map((item) => item.taskId));
  return tasks
    .filter(({ id }) => begun.has(id) && !told.has(id))
    .map(({ id, promptId, agent, model, mode, text, acceptedSeq, createdAt }) => ({
      key: `prompt:${id}`,
      firstSeq: acceptedSeq,
      lastSeq: acceptedSeq,
      taskId: id,
      at: createdAt,
      kind: "prompt",
      promptId,
      agent,
      model,
      mode,
      text,
    }));
}

function placeByTurn(tasks: readonly Pick<Task, "id" | "acceptedSeq">[]): (item: TranscriptItem) => Seq {
  const accepted = new Map(tasks.map((task) => [task.id, task.acceptedSeq]));
  return ({ taskId, firstSeq }) => (taskId === null ? undefined : accepted.get(taskId)) ?? firstSeq;
}
