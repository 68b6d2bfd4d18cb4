import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { Task } from "@boocode/shared/tasks/task";
import type { BackgroundProcesses } from "../../agents/background-processes.ts";
import type { StopReason } from "./to-task-end.ts";

/** Ends a turn's remaining processes if the turn was stopped; otherwise they continue in the background. Returns what to tell. */
export async function endLeft(
  { background }: { background: Pick<BackgroundProcesses, "end"> },
  { id: taskId, chatId, sessionId }: Task,
  stop: StopReason | null,
): Promise<ChatEventBody[]> {
  // A daemon that is shutting down ends all processes a little later.
  const ended = await background.end({ taskId, chatId, sessionId }, stop !== null && stop !== "shutdown");
  if (ended.length === 0) return [];
  return [{ type: "notice", level: "info", text: `Ended with the turn: ${ended.join(" · ")}`.slice(0, 4_000) }];
}
