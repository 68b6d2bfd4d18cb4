import type { ChatId } from "@boocode/shared/ids";

/** The state shown on a chat's tab. */
export type ChatState = "idle" | "queued" | "running" | "needs_you";

/** Derives a chat's state from its session's open tasks and the number of its questions waiting for the person. */
export function toChatState(chatId: ChatId, tasks: readonly { chatId: ChatId; state: string }[], asking: number): ChatState {
  if (asking > 0) return "needs_you";
  const own = tasks.filter((task) => task.chatId === chatId);
  if (own.some((task) => task.state === "running")) return "running";
  return own.some((task) => task.state === "queued") ? "queued" : "idle";
}
