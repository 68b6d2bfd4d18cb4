import type { ChatId } from "@boocode/shared/ids";

/** What a chat's tab shows. */
export type ChatState = "idle" | "queued" | "running" | "needs_you";

/** A chat's state by the open tasks of its session, and by how many questions of its wait for the person. */
export function toChatState(chatId: ChatId, tasks: readonly { chatId: ChatId; state: string }[], asking: number): ChatState {
  if (asking > 0) return "needs_you";
  const own = tasks.filter((task) => task.chatId === chatId);
  if (own.some((task) => task.state === "running")) return "running";
  return own.some((task) => task.state === "queued") ? "queued" : "idle";
}
