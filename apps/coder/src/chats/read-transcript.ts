import { findLastSeq, readTranscriptEvents } from "@boocode/db/chat-event-store";
import type { Database } from "@boocode/db/database";
import { listTasks } from "@boocode/db/task-store";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { Chat } from "@boocode/shared/chats/chat";
import type { TranscriptPage } from "@boocode/shared/chats/transcript";
import type { Seq } from "@boocode/shared/ids";

/** The last `limit` items of a chat that begin before `before`, and the place to subscribe from. */
export async function readTranscript(db: Database, chat: Chat, page: { before?: Seq | undefined; limit: number }): Promise<TranscriptPage> {
  // The place first: what is committed between the two reads is left to the subscription, which starts from the place.
  const seq = (await findLastSeq(db.read, chat.sessionId)) ?? 0;
  const { events, hasMore } = await readTranscriptEvents(db.read, chat.id, page);
  const known = events.filter((event) => event.seq <= seq);
  const running = await listTasks(db.read, { chatId: chat.id, states: ["running"], limit: 1 });
  return { items: applyChatEvents(emptyTranscript(chat.id), known).items, seq, hasMore, runningTaskId: running[0]?.id ?? null };
}
