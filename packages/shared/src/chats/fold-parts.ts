import type { ChatId, Seq } from "../ids.ts";
import { applyChatEvents, emptyTranscript } from "./apply-chat-event.ts";
import type { ChatEvent } from "./chat-event.ts";
import { toItemKey } from "./item-key.ts";
import { isPart } from "./update-item.ts";

/** The changes folding makes in the journal: rows removed, and rows inserted at freed places. */
export interface FoldedParts {
  removed: Seq[];
  inserted: ChatEvent[];
}

/**
 * Folds the deltas of a finished task into one `part.set` per part, at the part's last seq.
 *
 * Any prefix of the raw events followed by the folded rest gives the same transcript as the raw events, so every cursor stays valid. The
 * new event carries the time of the part's first event, because the part began then. Folding is idempotent.
 */
export function foldParts(events: readonly ChatEvent[]): FoldedParts {
  const ordered = events.toSorted((a, b) => a.seq - b.seq);
  const folded: FoldedParts = { removed: [], inserted: [] };
  for (const chatId of new Set(ordered.map((event) => event.chatId))) {
    if (chatId !== null) foldChat(chatId, ordered, folded);
  }
  return { removed: folded.removed.toSorted((a, b) => a - b), inserted: folded.inserted.toSorted((a, b) => a.seq - b.seq) };
}

function foldChat(chatId: ChatId, ordered: readonly ChatEvent[], folded: FoldedParts): void {
  const eventsOf = groupByItem(chatId, ordered);
  for (const item of applyChatEvents(emptyTranscript(chatId), ordered).items) {
    if (!isPart(item)) continue;
    // Events after the part's last change were ignored and will be ignored again, so they can stay.
    const gone = (eventsOf.get(item.key) ?? []).filter((event) => event.seq <= item.lastSeq);
    const [first] = gone;
    if (first === undefined || gone.length === 1) continue;
    folded.removed.push(...gone.map((event) => event.seq));
    folded.inserted.push({
      sessionId: first.sessionId,
      seq: item.lastSeq,
      chatId,
      taskId: item.taskId,
      at: item.at,
      body: { type: "part.set", partId: item.partId, kind: item.kind, firstSeq: item.firstSeq, text: item.text },
    });
  }
}

function groupByItem(chatId: ChatId, events: readonly ChatEvent[]): Map<string, ChatEvent[]> {
  const groups = new Map<string, ChatEvent[]>();
  for (const event of events) {
    const key = event.chatId === chatId ? toItemKey(event) : null;
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  return groups;
}
