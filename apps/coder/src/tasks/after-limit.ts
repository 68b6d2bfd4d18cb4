import type { Announce } from "@boocode/db/announcements";
import { findLastEventType } from "@boocode/db/stores/chats/chat-event-store";
import { findChat } from "@boocode/db/stores/chats/chat-store";
import type { Schema } from "@boocode/db/schema";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { readSettings } from "@boocode/db/stores/setting-store";
import { listOpenTasks, updateTask } from "@boocode/db/stores/chats/task-store";
import { ACT_TYPES } from "@boocode/shared/agents/handoff/decide-seen";
import { PromptId, type EpochMs } from "@boocode/shared/ids";
import { decideContinuation, limitedUntil } from "@boocode/shared/tasks/decide-continuation";
import type { Task } from "@boocode/shared/tasks/task";
import type { Transaction } from "kysely";
import { newId } from "../platform/new-id.ts";
import { moveInQueue } from "./move-in-queue.ts";
import { accept } from "./send-prompt.ts";

const CONTINUE = "Continue where you left off.";

interface Write {
  tx: Transaction<Schema>;
  announce: Announce;
  at: EpochMs;
}

/**
 * Does what follows from a usage limit, in the transaction that ends its task: waiting prompts for the same agent and model wait until it
 * resets, in every session, instead of failing one after the other; and the task is continued then, if that was chosen. `model`: as the task
 * was sent.
 */
export async function followLimit(write: Write, ended: Task, model: string): Promise<void> {
  const until = limitedUntil(ended);
  if (until === null) return;
  const { tx, announce } = write;
  for (const task of await listOpenTasks(tx)) {
    if (task.state !== "queued" || task.kind === "agent" || task.agent !== ended.agent || task.model !== model) continue;
    await updateTask(tx, task.id, { notBefore: Math.max(task.notBefore ?? 0, until) });
    announce.changed("tasks", [task.id], task.sessionId);
  }
  await continueTask(write, ended, { byPerson: false, model });
}

/**
 * Queues the continuation of a task that a usage limit ended, first in its session's queue; it starts when the limit resets. Returns the one
 * that waits already, if there is one; null if there is nothing to continue, or its chat or session is closed.
 */
export async function continueTask(write: Write, ended: Task, how: { byPerson: boolean; model: string }): Promise<Task | null> {
  const { tx, at } = write;
  const waiting = (await listOpenTasks(tx, ended.sessionId)).find((task) => task.continues === ended.id);
  if (waiting) return waiting;
  const next = decideContinuation(ended, await readSettings(tx), how.byPerson);
  const chat = await findChat(tx, ended.chatId);
  const session = await findSession(tx, ended.sessionId);
  if (next === null || !chat || chat.closedAt !== null || !session || session.deletedAt !== null || session.archived) return null;
  const hasActed = (await findLastEventType(tx, ended.id, ACT_TYPES)) !== null;
  const task = await accept(
    write,
    {
      promptId: PromptId.parse(newId("prompt", at)),
      agent: ended.agent,
      model: how.model,
      mode: ended.mode,
      ...(hasActed || ended.kind === "agent" ? { text: CONTINUE } : { text: ended.text, kind: ended.kind }),
      notBefore: next.notBefore,
      continues: ended.id,
      continuesLeft: next.left,
    },
    session,
    chat,
  );
  await moveInQueue(write, task, { next: "first" });
  return task;
}
