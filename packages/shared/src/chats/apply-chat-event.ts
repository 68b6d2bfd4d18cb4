import type { ChatId, Seq } from "../ids.ts";
import type { ChatEvent } from "./chat-event.ts";
import { toItemKey } from "./item-key.ts";
import { toItem } from "./to-item.ts";
import { settleAll, TranscriptDraft } from "./transcript-draft.ts";
import type { Transcript, TranscriptPage } from "./transcript.ts";
import { updateItem } from "./update-item.ts";

/** The transcript of a chat before anything happened in it, read up to `seq`. */
export function emptyTranscript(chatId: ChatId, seq: Seq = 0): Transcript {
  return { chatId, seq, items: [], runningTaskId: null, usage: null, commands: [], strays: [] };
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
      if (begun === null) strays.push(event);
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
  return { ...emptyTranscript(chatId, page.seq), items: page.items, runningTaskId: page.runningTaskId };
}

/**
 * Puts an older page before the transcript.
 *
 * The page may have been read before or after the events already folded here: strays it is missing are folded into it,
 * and what it knows ahead of them is not folded twice.
 */
export function prependPage(transcript: Transcript, page: TranscriptPage): Transcript {
  const known = new Set(transcript.items.map((item) => item.key));
  const older = applyChatEvents({ ...transcriptFromPage(transcript.chatId, page), seq: 0 }, transcript.strays);
  const added = older.items.filter((item) => !known.has(item.key));
  if (added.length === 0) return transcript;
  return { ...transcript, items: settleAll([...added, ...transcript.items]), strays: older.strays };
}
