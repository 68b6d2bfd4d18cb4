import { z } from "zod";
import { type ChangeId, ChatId, EpochMs, SessionId, TaskId } from "../ids.ts";

/** The most hits of one answer, of each sort. */
export const MAX_HITS = 50;

export const SearchQuery = z.object({
  /** Words that must all be there, in any order, whatever their case. */
  query: z.string().trim().min(1).max(200),
  /** Only in this session; default: in all. */
  sessionId: SessionId.optional(),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

/** What a hit in a chat is. */
export const HitKind = z.enum(["prompt", "answer", "thought", "tool", "other"]);
export type HitKind = z.infer<typeof HitKind>;

/** The line around a hit, in three parts. `match` is empty if the hit is elsewhere in the text. */
export const Snippet = z.object({ before: z.string(), match: z.string(), after: z.string() });
export type Snippet = z.infer<typeof Snippet>;

/** A hit in a chat, with its place in the transcript. */
export const ChatHit = z.object({
  sessionId: SessionId,
  chatId: ChatId,
  taskId: TaskId,
  /** See `toItemKey`. */
  itemKey: z.string(),
  kind: HitKind,
  at: EpochMs,
  snippet: Snippet,
});
export type ChatHit = z.infer<typeof ChatHit>;

/** What a search found, each list the newest first. */
export interface SearchAnswer {
  /** Chats by their title, or by that of their session. */
  chats: { sessionId: SessionId; chatId: ChatId }[];
  /** Pending changes by their path. */
  changes: { sessionId: SessionId; changeId: ChangeId; path: string }[];
  /** Prompts, answers and what tools wrote. Empty if no word has three characters. */
  hits: ChatHit[];
  /** Each chat that is named, by its id. */
  named: Record<string, { title: string; isClosed: boolean }>;
  /** There are more hits in chats. */
  isCut: boolean;
  /** Older chats are still being read: there may be more hits soon. */
  isReading: boolean;
}

/** The most places of one answer of a find in a chat. */
export const MAX_PLACES = 1_000;

export const FindInChatQuery = z.object({
  chatId: ChatId,
  /** Text as it stands there, whatever its case; not trimmed. */
  text: z.string().min(1).max(200),
});
export type FindInChatQuery = z.infer<typeof FindInChatQuery>;

/** An item of a transcript that has a text in it. */
export interface ChatPlace {
  taskId: TaskId;
  /** See `toItemKey`. */
  itemKey: string;
}

/** What a find in a chat found, in the order of the chat. */
export interface ChatPlaces {
  places: ChatPlace[];
  /** There are older places. */
  isCut: boolean;
  /** Turns are still being read: there may be more places soon. */
  isReading: boolean;
}
