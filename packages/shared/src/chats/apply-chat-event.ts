import type { ChatId, Seq } from "../ids.ts";
import type { ChatEvent } from "./chat-event.ts";
import { toItemKey } from "./item-key.ts";
import { toItem } from "./to-item.ts";
import { settleAll, TranscriptEdit } from "./transcript-edit.ts";
import type { Transcript, TranscriptPage } from "./transcript.ts";
import { updateItem } from "./update-item.ts";

/** Returns the empty transcript of a chat, read up to `seq`. */
export function emptyTranscript(chatId: ChatId, seq: Seq = 0): Transcript {
  return { chatId, seq, items: [], runningTaskId: null, usage: null, commands: [], startsAt: 0, strays: [] };
}

/**
 * Folds events of the chat's session into its transcript.
 *
 * Never refuses an event: any event in any order is folded or ignored. Events up to `transcript.seq` change nothing, events of other chats
 * only advance `seq`, and events that may belong to an unread page are kept as strays. Returns the same object if nothing changed;
 * untouched items keep their identity.
 */
export function applyChatEvents(transcript: Transcript, events: readonly ChatEvent[]): Transcript {
  const edit = new TranscriptEdit(transcript);
  const { startsAt } = transcript;
  let { seq, runningTaskId, usage, commands } = transcript;
  const strays: ChatEvent[] = [];

  for (const event of events) {
    if (event.seq <= seq) continue;
    seq = event.seq;
    if (event.chatId !== transcript.chatId) continue;
    const { body, taskId } = event;

    if (body.type === "task.started" && taskId !== null && !edit.hasEnded(taskId)) {
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
    // For a task accepted before the loaded items, any item may have begun on an older page, and a prompt may be an edit of an older one.
    // Only that page can tell.
    const prompt = edit.find(`prompt:${taskId}`);
    const isOlder = prompt === undefined || prompt.firstSeq < startsAt;
    if (startsAt > 0 && (body.type === "prompt.accepted" || isOlder)) strays.push(event);
    const known = edit.find(key);
    if (known === undefined) {
      const begun = toItem(event, key);
      if (begun !== null && begun.firstSeq >= startsAt) edit.insert(begun);
      continue;
    }
    const updated = updateItem(known, event);
    if (updated !== known) edit.replace(updated);
  }

  return edit.finish(transcript, {
    seq,
    runningTaskId,
    usage,
    commands,
    strays: strays.length === 0 ? transcript.strays : [...transcript.strays, ...strays],
  });
}

/** Folds one event; see {@link applyChatEvents}. */
export function applyChatEvent(transcript: Transcript, event: ChatEvent): Transcript {
  return applyChatEvents(transcript, [event]);
}

/** Returns the transcript that continues from the newest page of `chats.transcript`. */
export function transcriptFromPage(chatId: ChatId, page: TranscriptPage): Transcript {
  const items = page.prompts?.length ? [...page.prompts, ...page.items].toSorted((a, b) => a.firstSeq - b.firstSeq) : page.items;
  return { ...emptyTranscript(chatId, page.seq), items, runningTaskId: page.runningTaskId, startsAt: startOf(page) };
}

/**
 * Prepends an older page to the transcript.
 *
 * The page may have been read before or after the events already folded here. Strays the page lacks are folded into it, and strays it
 * already contains are not folded twice. An item that seemed to begin here but is older, such as a repeated plan, moves to its place.
 */
export function prependPage(transcript: Transcript, page: TranscriptPage): Transcript {
  const { items, strays, startsAt } = applyChatEvents({ ...transcriptFromPage(transcript.chatId, page), seq: 0 }, transcript.strays);
  const older = items.filter((item) => item.firstSeq < transcript.startsAt);
  const keys = new Set(older.map((item) => item.key));
  const here = transcript.items.filter((item) => !keys.has(item.key));
  return { ...transcript, items: settleAll([...older, ...here]), startsAt, strays };
}

function startOf(page: TranscriptPage): Seq {
  return page.hasMore ? (page.items[0]?.firstSeq ?? 0) : 0;
}
