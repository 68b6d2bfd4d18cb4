import type { ChatEvent, ChatEventBody, NewChatEvent } from "@boocode/shared/chats/chat-event";
import { BENCH_IDS, toId, WORDS } from "./bench-ids.ts";
import { TaskId } from "@boocode/shared/ids";

/** Number of deltas in a part, before a tool call and the next part. */
const DELTAS_PER_PART = 96;
const WORDS_PER_DELTA = 6;

/** The journal events of a running turn: deltas of a few words, and an occasional tool call. About 300 bytes per row. */
export function streamedNewEvents(count: number, from = 0): NewChatEvent[] {
  const taskId = TaskId.parse(toId("tsk", 1));
  return Array.from({ length: count }, (_, index) => ({
    chatId: BENCH_IDS.chat,
    taskId,
    at: BENCH_IDS.at + index,
    body: toBody(taskId, from + index),
  }));
}

/** The same events with their seq, as a reader gets them. */
export function streamedEvents(count: number): ChatEvent[] {
  return streamedNewEvents(count).map((newEvent, index) => ({ sessionId: BENCH_IDS.session, seq: index + 1, ...newEvent }));
}

function toBody(taskId: string, index: number): ChatEventBody {
  const part = Math.floor(index / (DELTAS_PER_PART + 2));
  const place = index % (DELTAS_PER_PART + 2);
  const callId = `${taskId}:call-${part}`;
  if (place === DELTAS_PER_PART) {
    const path = `src/part-${part}.ts`;
    return { type: "tool.started", callId, name: "read", kind: "read", title: `Read ${path}`, paths: [path], input: { path } };
  }
  if (place > DELTAS_PER_PART) return { type: "tool.updated", callId, status: "completed", result: { output: toWords(index, 40) } };
  const text = toWords(index, WORDS_PER_DELTA);
  return { type: "text.delta", partId: `${taskId}:part-${part}`, offset: place * text.length, text };
}

/** Makes `count` words of six letters, each followed by a space. */
function toWords(from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => `${WORDS[(from + index) % WORDS.length]} `).join("");
}
