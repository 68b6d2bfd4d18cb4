import type { ChatId, Seq } from "../ids.ts";
import type { ChatEvent } from "./chat-event.ts";
import { toItemKey } from "./item-key.ts";
import { toItem } from "./to-item.ts";
import { settleAll, TranscriptDraft } from "./transcript-draft.ts";
import type { Transcript, TranscriptPage } from "./transcript.ts";
import { updateItem } from "./update-item.ts";

/** The transcript of a chat before anything happened in it, read up to `seq`. */
export function emptyTranscript(chatId: ChatId, seq: Seq = 0): Transcript {
  return { chatId, seq, items: [], runningTaskId: null, usage: null, commands: [], startsAt: 0, strays: [] };
}

/**
 * Folds events of the chat's session into its transcript.
 *
 * Total: any event in any order is folded or ignored, never refused. What `transcript.seq` has passed changes nothing,
 * events of other chats only move `seq`, and an update to an item that is not here waits among the strays.
 * The same object comes back where nothing changed, and untouched items keep their identity.
 */
export function applyChatEvents(transcript: Transcript, events: readonly ChatEvent[]): Transcript {
  const draft = new TranscriptDraft(transcript);
  let { seq, runningTaskId, usage, commands } = transcript;
  const strays: ChatEvent[] = [];

  for (const event of events) {
    if (event.seq <= seq) continue;
    seq = event.seq;
    if (event.chatId !== transcript.chatId) continue;
    const { body, taskId } = event;

    if (body.type === "task.started" && taskId !== null && !draft.hasEnded(taskId)) {
      if (runningTaskId !== taskId) usage = null;
      runningTaskId = taskId;
    } else if (body.type === "task.ended" && taskId !== null && taskId === runningTaskId) {
      runningTaskId = null;
      usage = null;
    } else if (body.type === "usage.updated" && taskId !== null && taskId === runningTaskId) {
      usage = body.usage;
    } else if (body.type === "commands.updated") {
      commands = body.commands;
    }

    const key = toItemKey(event);
    if (key === null) continue;
    const known = draft.find(key);
    if (known === undefined) {
      const begun = toItem(event, key);
      if (begun === null || begun.firstSeq < transcript.startsAt) strays.push(event);
      else draft.insert(begun);
      continue;
    }
    const updated = updateItem(known, event);
    if (updated !== known) draft.replace(updated);
  }

  return draft.finish(transcript, {
    seq,
    runningTaskId,
    usage,
    commands,
    strays: strays.length === 0 ? transcript.strays : [...transcript.strays, ...strays],
  });
}

/** Folds one event: see {@link applyChatEvents}. */
export function applyChatEvent(transcript: Transcript, event: ChatEvent): Transcript {
  return applyChatEvents(transcript, [event]);
}

/** The transcript to go on from after `chats.transcript` gave its newest page. */
export function transcriptFromPage(chatId: ChatId, page: TranscriptPage): Transcript {
  return { ...emptyTranscript(chatId, page.seq), items: page.items, runningTaskId: page.runningTaskId, startsAt: startOf(page) };
}

/**
 * Puts an older page before the transcript.
 *
 * The page may have been read before or after the events already folded here: strays it is missing are folded into it,
 * and what it knows ahead of them is not folded twice. What both hold goes on from here but stands where the page has it:
 * a plan said again, for one, whose beginning was not here.
 */
export function prependPage(transcript: Transcript, page: TranscriptPage): Transcript {
  const older = applyChatEvents({ ...transcriptFromPage(transcript.chatId, page), seq: 0 }, transcript.strays);
  const places = new Map(older.items.map((item) => [item.key, item]));
  const here = transcript.items.map((item) => {
    const place = places.get(item.key);
    places.delete(item.key);
    return place === undefined ? item : { ...item, firstSeq: Math.min(place.firstSeq, item.firstSeq), at: Math.min(place.at, item.at) };
  });
  return { ...transcript, items: settleAll([...places.values(), ...here]), startsAt: startOf(page), strays: older.strays };
}

function startOf(page: TranscriptPage): Seq {
  return page.hasMore ? (page.items[0]?.firstSeq ?? 0) : 0;
}
