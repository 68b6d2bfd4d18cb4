import { readTranscriptEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Database } from "@boocode/db/database";
import { findTasks, listUnrunTasks } from "@boocode/db/stores/chats/task-store";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { PromptItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { ChatId, Seq, TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { History } from "@boocode/shared/agents/agent-backend";

/** The history of a chat, for agents that keep no memory of their own. Uses the same fold as the page. */
export class ChatHistory implements History {
  readonly #deps: { db: Database };

  constructor(deps: { db: Database }) {
    this.#deps = deps;
  }

  read(chatId: ChatId, beforeTaskId: TaskId | null, maxItems: number): Promise<readonly TranscriptItem[]> {
    return readHistory(this.#deps.db, chatId, beforeTaskId, maxItems);
  }
}

/**
 * Reads the newest `maxItems` items of the turns that ran before a task, in the order in which they ran, plus the prompt of each of those
 * turns, however old. In the journal a prompt stands where it was sent, possibly in the middle of another turn that did not see it.
 */
async function readHistory(
  db: Database,
  chatId: ChatId,
  beforeTaskId: TaskId | null,
  maxItems: number,
): Promise<readonly TranscriptItem[]> {
  const notYet = new Set(await listUnrunTasks(db.read, chatId));
  if (beforeTaskId !== null) notYet.add(beforeTaskId);
  const { events } = await readTranscriptEvents(db.read, chatId, { limit: maxItems + notYet.size });
  const kept = applyChatEvents(emptyTranscript(chatId), events)
    .items.filter(({ taskId }) => taskId === null || !notYet.has(taskId))
    .slice(-maxItems);
  return sortByTurn([...(await findTasks(db.read, listWithoutPrompt(kept))).map(toPromptItem), ...kept]);
}

/** Sorts items by turn. Turns of a chat run one after the other, so the first thing in a turn besides its prompt is its place. */
function sortByTurn(items: readonly TranscriptItem[]): TranscriptItem[] {
  const begins = new Map<TaskId, Seq>();
  for (const { kind, taskId, firstSeq } of items) {
    if (kind !== "prompt" && taskId !== null) begins.set(taskId, Math.min(begins.get(taskId) ?? firstSeq, firstSeq));
  }
  const placeOf = ({ taskId, kind, firstSeq }: TranscriptItem): Seq =>
    (taskId === null ? undefined : begins.get(taskId)) ?? (kind === "prompt" ? Number.MAX_SAFE_INTEGER : firstSeq);
  const rank = ({ kind }: TranscriptItem) => (kind === "prompt" ? 0 : 1);
  return items.toSorted((a, b) => placeOf(a) - placeOf(b) || rank(a) - rank(b) || a.firstSeq - b.firstSeq);
}

/** Returns the turns whose prompt is older than the oldest kept item: no answer may lack its question. */
function listWithoutPrompt(items: readonly TranscriptItem[]): TaskId[] {
  const told = new Set(items.flatMap((item) => (item.kind === "prompt" ? [item.taskId] : [])));
  return [...new Set(items.flatMap(({ taskId }) => (taskId === null || told.has(taskId) ? [] : [taskId])))];
}

const toPromptItem = ({ id, promptId, agent, model, mode, kind, text, acceptedSeq, createdAt }: Task): PromptItem => ({
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
  ...(kind === "skill" ? { isSkill: true } : {}),
});
