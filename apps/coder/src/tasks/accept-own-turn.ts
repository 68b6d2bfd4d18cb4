import { findChat } from "@boocode/db/stores/chats/chat-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { findTrashOfSession } from "@boocode/db/stores/sessions/trash-store";
import { PromptId, type AgentId, type ChatId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { AgentPool } from "../agents/agent-pool.ts";
import { newId } from "../platform/new-id.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { TaskDeps } from "./run/run-ports.ts";
import { accept } from "./send-prompt.ts";

/**
 * Creates a task for work that an agent began in a chat without a prompt, so that its messages, file changes and questions have an owner.
 * The task waits in the session's queue like any other. Does nothing if such a task is already queued: it takes all that is held. One that
 * runs may take no more, because its turn is over before its task is. If the chat is closed, no task will follow, and the pool is told.
 */
export async function acceptOwnTurn(
  deps: TaskDeps & { dispatcher: Dispatcher; pool: Pick<AgentPool, "forgetUnasked"> },
  { chatId, agent }: { chatId: ChatId; agent: AgentId },
): Promise<void> {
  const at = deps.time.now();
  const outcome = await deps.db.write("full", async (tx, announce) => {
    const chat = await findChat(tx, chatId);
    const session = chat && (await findSession(tx, chat.sessionId));
    if (!chat || chat.closedAt !== null || !session || session.deletedAt !== null || session.archived) return "declined";
    if ((await findTrashOfSession(tx, session.id)) !== null) return "declined";
    const open = await listOpenTasks(tx, session.id);
    const isWaiting = (task: Task) => task.state === "queued" && task.kind === "agent" && task.chatId === chatId && task.agent === agent;
    if (open.some(isWaiting)) return "waiting";
    const promptId = PromptId.parse(newId("prompt", at));
    await accept({ tx, announce, at }, { promptId, agent, text: "", kind: "agent" }, session, chat);
    return "accepted";
  });
  if (outcome === "declined") deps.pool.forgetUnasked({ chatId, agent });
  if (outcome === "accepted") deps.dispatcher.wake();
}
