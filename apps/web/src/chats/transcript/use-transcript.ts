import type { TranscriptPage } from "@boocode/shared/chats/transcript";
import type { ChatId, SessionId } from "@boocode/shared/ids";
import { useSyncExternalStore } from "react";
import { sessionEvents } from "../../api/live.ts";
import { trpcClient } from "../../api/trpc.ts";
import { ChatTranscriptStore, type TranscriptSnapshot } from "./chat-transcript-store.ts";

/** Number of chats whose transcripts are kept, so that going back to one shows it at once. */
const KEPT_CHATS = 24;
const PAGE_ITEMS = 60;
/** Update interval of a hidden page in milliseconds. It gets no animation frames, but its title and announcements stay current. */
const HIDDEN_FRAME_MS = 200;

const stores = new Map<ChatId, ChatTranscriptStore>();

/** The store of a chat, kept in a cache of the most recently used ones. */
function transcriptStoreOf(sessionId: SessionId, chatId: ChatId): ChatTranscriptStore {
  const known = stores.get(chatId);
  const store = known ?? openStore(sessionId, chatId);
  if (known) stores.delete(chatId);
  stores.set(chatId, store);
  for (const oldest of stores.keys()) {
    if (stores.size <= KEPT_CHATS) break;
    stores.delete(oldest);
  }
  return store;
}

/** Loads a chat's newest page before the chat is rendered. */
export function preloadTranscript(sessionId: SessionId, chatId: ChatId): void {
  transcriptStoreOf(sessionId, chatId).preload();
}

/** A chat's transcript, updated with every frame while the component is mounted. */
export function useTranscript(sessionId: SessionId, chatId: ChatId): { store: ChatTranscriptStore; snapshot: TranscriptSnapshot } {
  const store = transcriptStoreOf(sessionId, chatId);
  return { store, snapshot: useSyncExternalStore(store.subscribe, store.getSnapshot) };
}

function openStore(sessionId: SessionId, chatId: ChatId): ChatTranscriptStore {
  return new ChatTranscriptStore(chatId, {
    // JSON drops undefined values, so the inferred type has an optional field where the page has `unknown`.
    readPage: async (before) =>
      (await trpcClient.chats.transcript.query({
        chatId,
        limit: PAGE_ITEMS,
        ...(before === undefined ? {} : { before }),
      })) as TranscriptPage,
    follow: (cursor, onFrame) => sessionEvents.subscribe(sessionId, cursor, onFrame),
    onNextFrame: (run) => {
      if (document.visibilityState === "hidden") setTimeout(run, HIDDEN_FRAME_MS);
      else requestAnimationFrame(run);
    },
  });
}
