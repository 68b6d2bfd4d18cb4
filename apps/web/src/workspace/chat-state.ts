import type { ChatId, TaskId } from "@boocode/shared/ids";

/** What a chat's tab shows. */
export type ChatState = "idle" | "queued" | "running" | "needs_you";

interface OpenTask {
  id: TaskId;
  chatId: ChatId;
  state: string;
  waitsFor: { taskId: TaskId; reason: string } | null;
}

/** A chat's state by the open tasks of its session. A task that others wait for because of a permission needs the person. */
export function toChatState(chatId: ChatId, tasks: readonly OpenTask[]): ChatState {
  const own = tasks.filter((task) => task.chatId === chatId);
  const isAsking = (task: OpenTask) => tasks.some((other) => other.waitsFor?.taskId === task.id && other.waitsFor.reason === "permission");
  if (own.some((task) => task.state === "running" && isAsking(task))) return "needs_you";
  if (own.some((task) => task.state === "running")) return "running";
  return own.some((task) => task.state === "queued") ? "queued" : "idle";
}
