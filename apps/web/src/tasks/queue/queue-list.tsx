import type { Attachment } from "@boocode/shared/attachments/attachment";
import type { ChatId } from "@boocode/shared/ids";
import { Clock } from "lucide-react";
import { useRef, useState } from "react";
import { nameFiles } from "../../attachments/describe-attachment.ts";
import { explainHeld } from "../../usage/describe-budget.ts";
import type { OpenTask, QueueMove } from "../use-open-tasks.ts";
import { explainSendNow, explainWait } from "./explain-wait.ts";
import { QueueRow } from "./queue-row.tsx";
import { useListDrag } from "../../ui/browser/use-list-drag.ts";
import { useMovedFocus } from "../../ui/browser/use-moved-focus.ts";

type QueueListProps = {
  chatId: ChatId;
  /** The queued tasks, in order. */
  tasks: readonly OpenTask[];
  /** The turn that "Send now" stops; null if none. */
  running: { chatId: ChatId; chatTitle: string } | null;
  /** Prompts that are being sent to the queue. */
  sending: readonly { promptId: string; text: string; attachments?: readonly Attachment[] }[];
  onRemove: (task: OpenTask) => void;
  onEdit: (task: OpenTask, text: string, files: readonly Attachment[]) => void;
  onMove: (move: QueueMove) => void;
  onSendNow: (task: OpenTask) => void;
};

/** The waiting prompts in the order in which they run, each with the reason it waits. */
export function QueueList({ chatId, tasks, running, sending, onRemove, onEdit, onMove, onSendNow }: QueueListProps) {
  const list = useRef<HTMLUListElement>(null);
  const [said, setSaid] = useState("");
  const order = tasks.map((task) => task.id);
  const { drag, handle } = useListDrag(list, order, (taskId, before) => {
    const last = order.findLast((id) => id !== taskId);
    if (before !== null) onMove({ taskId, before });
    else if (last !== undefined) onMove({ taskId, after: last });
    setSaid("Moved");
  });
  const keepFocus = useMovedFocus();
  if (tasks.length + sending.length === 0) return null;
  const step = (at: number, by: -1 | 1) => {
    const [task, next] = [tasks[at], tasks[at + by]];
    if (!task || !next) return null;
    return () => {
      keepFocus();
      onMove(by === -1 ? { taskId: task.id, before: next.id } : { taskId: task.id, after: next.id });
      setSaid(`Moved to place ${at + by + 1} of ${tasks.length}`);
    };
  };
  return (
    <>
      <ul ref={list} aria-label="Queue" className="mx-2 max-h-48 overflow-y-auto rounded-t-lg border border-b-0 border-line bg-surface">
        {tasks.map((task, at) => (
          <QueueRow
            key={task.id}
            task={task}
            words={toWords(task, chatId)}
            sendNowWords={task.overBudget ? "Send anyway" : explainSendNow(running, chatId)}
            onMoveUp={step(at, -1)}
            onMoveDown={step(at, 1)}
            onSendNow={() => onSendNow(task)}
            onRemove={() => onRemove(task)}
            onEdit={(text, files) => onEdit(task, text, files)}
            handle={handle(task.id)}
            draggedBy={drag?.id === task.id ? drag.byY : null}
            isTarget={drag !== null && drag.before === task.id && drag.id !== task.id}
          />
        ))}
        {sending.map((attempt) => (
          <li key={attempt.promptId} className="flex h-8 items-center gap-2 border-b border-line px-3 last:border-b-0">
            <Clock aria-hidden className="size-3.5 shrink-0 text-faint" />
            <span className="min-w-0 flex-1 truncate">{attempt.text || nameFiles(attempt.attachments ?? [])}</span>
            <span className="shrink-0 text-xs text-faint">Sending…</span>
          </li>
        ))}
      </ul>
      <span role="status" className="sr-only">
        {said}
      </span>
    </>
  );
}

function toWords({ steers, overBudget, waitsFor, waitsUntil }: OpenTask, chatId: ChatId): string {
  if (steers !== null) return "The agent gets it before its next step";
  return overBudget ? explainHeld(overBudget) : explainWait(waitsFor, chatId, waitsUntil);
}
