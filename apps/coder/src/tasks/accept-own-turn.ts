import { findChat } from "@boocode/db/stores/chat-store";
import { findSession } from "@boocode/db/stores/session-store";
import { listOpenTasks } from "@boocode/db/stores/task-store";
import { findTrashOfSession } from "@boocode/db/stores/trash-store";
import { PromptId, type AgentId, type ChatId } from "@boocode/shared/ids";
import { newId } from "../platform/new-id.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { TaskDeps } from "./run/run-ports.ts";
import { accept } from "./send-prompt.ts";

/**
 * Creates a task for work that an agent began in a chat without a prompt, so that its messages, file changes and questions have an owner.
 * The task waits in the session's queue like any other. Does nothing if the chat is closed or such a task is already waiting.
 */
export async function acceptOwnTurn(
  deps: TaskDeps & { dispatcher: Dispatcher },
  { chatId, agent }: { chatId: ChatId; agent: AgentId },
): Promise<void> {
  const at = deps.time.now();
  const isAccepted = await deps.db.write("full", async (tx, announce) => {
    const chat = await findChat(tx, chatId);
    const session = chat && (await findSession(tx, chat.sessionId));
    if (!chat || chat.closedAt !== null || !session || session.deletedAt !== null || session.archived) return false;
    if ((await findTrashOfSession(tx, session.id)) !== null) return false;
    const open = await listOpenTasks(tx, session.id);
    if (open.some((task) => task.kind === "agent" && task.chatId === chatId && task.agent === agent)) return false;
    const promptId = PromptId.parse(newId("prompt", at));
    await accept({ tx, announce, at }, { promptId, agent, text: "", kind: "agent" }, session, chat);
    return true;
  });
  if (isAccepted) deps.dispatcher.wake();
}
