import { findLastSeq, readItemEvents, readTranscriptEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Database } from "@boocode/db/database";
import { listTasks } from "@boocode/db/stores/chats/task-store";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import { MAX_OPEN_TASKS_PER_SESSION } from "@boocode/shared/chats/decide-send-prompt";
import { toPromptKey } from "@boocode/shared/chats/item-key";
import type { Chat } from "@boocode/shared/chats/chat";
import type { TranscriptPage } from "@boocode/shared/chats/transcript";
import type { ChatId, Seq } from "@boocode/shared/ids";

/**
 * Reads the last `limit` items of a chat that begin before `before`, the prompt of every task among them, and the seq to subscribe from.
 * The newest page also has the prompts of unfinished tasks, because their answers arrive while it is shown.
 */
export async function readTranscript(db: Database, chat: Chat, page: { before?: Seq | undefined; limit: number }): Promise<TranscriptPage> {
  // Read the seq first: the subscription, which starts there, delivers what is committed between the reads.
  const seq = (await findLastSeq(db.read, chat.sessionId)) ?? 0;
  const { events, hasMore } = await readTranscriptEvents(db.read, chat.id, page);
  const open = await listTasks(db.read, { chatId: chat.id, states: ["running", "queued"], limit: MAX_OPEN_TASKS_PER_SESSION });
  const items = fold(chat.id, events, seq);
  const taskIds = new Set([...items.map(({ taskId }) => taskId), ...(page.before === undefined ? open.map(({ id }) => id) : [])]);
  const known = new Set(items.map(({ key }) => key));
  const missing = [...taskIds].flatMap((id) => (id === null || known.has(toPromptKey(id)) ? [] : [toPromptKey(id)]));
  const prompts = fold(chat.id, await readItemEvents(db.read, chat.id, missing), seq).filter((item) => item.kind === "prompt");
  return { items, prompts, seq, hasMore, runningTaskId: open.find(({ state }) => state === "running")?.id ?? null };
}

const fold = (chatId: ChatId, events: readonly ChatEvent[], seq: Seq) =>
  applyChatEvents(
    emptyTranscript(chatId),
    events.filter((event) => event.seq <= seq),
  ).items;
