import type { ChatId } from "@boocode/shared/ids";
import type { CacheSnapshot } from "virtua";

/** Where a chat was left: at its end, or `offset` pixels from the top of `rows` rows. */
export interface ScrollPlace {
  isAtEnd: boolean;
  offset: number;
  rows: number;
  sizes: CacheSnapshot;
}

/** As long as the page lives: going back to a chat finds it as it was. */
export const scrollMemory = new Map<ChatId, ScrollPlace>();
