import type { Chat, CreateChatInput } from "@boocode/shared/chats/chat";
import type { TranscriptPage } from "@boocode/shared/chats/transcript";
import type { ChatId, Seq, SessionId } from "@boocode/shared/ids";

export interface Chats {
  /** Oldest first, closed ones too. */
  list(sessionId: SessionId): Promise<Chat[]>;
  create(input: CreateChatInput): Promise<Chat>;
  rename(chatId: ChatId, title: string): Promise<Chat>;
  /** Ends its processes and stops its open tasks; keeps its records. */
  close(chatId: ChatId): Promise<Chat>;
  reopen(chatId: ChatId): Promise<Chat>;
  /** The last `limit` items that begin before `before`, oldest first. */
  transcript(input: { chatId: ChatId; before?: Seq | undefined; limit: number }): Promise<TranscriptPage>;
}
