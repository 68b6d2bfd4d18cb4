import type { ChatId } from "@boocode/shared/ids";
import type { CacheSnapshot } from "virtua";

/** The scroll position of a chat: its end, or `offset` pixels from the top of `rows` rows. */
export interface ScrollPlace {
  isAtEnd: boolean;
  offset: number;
  rows: number;
  sizes: CacheSnapshot;
}

/** Scroll positions by chat, kept as long as the page, so that going back to a chat restores its position. */
export const scrollMemory = new Map<ChatId, ScrollPlace>();
