import type { ChatId } from "@boocode/shared/ids";

/** The state shown on a chat's tab. */
export type ChatState = "idle" | "queued" | "running" | "needs_you";

interface TabTask {
  chatId: ChatId;
  state: string;
  /** Set while a budget holds it. */
  overBudget: object | null;
}

/** Derives a chat's state from its session's open tasks and the number of its questions waiting for the person. */
export function toChatState(chatId: ChatId, tasks: readonly TabTask[], asking: number): ChatState {
  const own = tasks.filter((task) => task.chatId === chatId);
  if (asking > 0 || own.some(({ overBudget }) => overBudget !== null)) return "needs_you";
  if (own.some((task) => task.state === "running")) return "running";
  return own.some((task) => task.state === "queued") ? "queued" : "idle";
}
