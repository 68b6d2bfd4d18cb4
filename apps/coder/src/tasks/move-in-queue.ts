import type { Announce } from "@boocode/db/announcements";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Schema } from "@boocode/db/schema";
import { listOpenTasks, updateTask } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { EpochMs } from "@boocode/shared/ids";
import { decideReorder, type QueuePlace } from "@boocode/shared/tasks/decide-queue-change";
import type { Task } from "@boocode/shared/tasks/task";
import type { Transaction } from "kysely";
import { readQueueChange } from "./read-queue-change.ts";

/** A transaction that changes a queue. */
export interface QueueWrite {
  tx: Transaction<Schema>;
  announce: Announce;
  at: EpochMs;
}

/** Moves a task in its session's queue, in the caller's transaction. Faults: `task_not_queued`. */
export async function moveInQueue({ tx, announce, at }: QueueWrite, moved: Task, to: QueuePlace): Promise<void> {
  const open = await listOpenTasks(tx, moved.sessionId);
  const decision = decideReorder(open, moved, to);
  if (decision.kind === "refuse") throw new DomainError(decision.fault);
  if (decision.changed.length === 0) return;
  for (const { id, position } of decision.changed) await updateTask(tx, id, { position });
  await appendChatEvents(tx, announce, moved.sessionId, [await readQueueChange(tx, moved.sessionId, at)]);
  announce.changed(
    "tasks",
    decision.changed.map(({ id }) => id),
    moved.sessionId,
  );
}
