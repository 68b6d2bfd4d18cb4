import type { ChatId } from "@boocode/shared/ids";
import { Clock, Pencil, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { useFocusReturn } from "../ui/browser/use-focus-return.ts";
import { explainWait } from "./explain-wait.ts";
import type { OpenTask } from "./use-open-tasks.ts";

type QueueListProps = {
  chatId: ChatId;
  /** The queued tasks, in order. */
  tasks: readonly OpenTask[];
  /** Prompts that are being sent to the queue. */
  sending: readonly { promptId: string; text: string }[];
  onStop: (task: OpenTask) => void;
  onEdit: (task: OpenTask, text: string) => void;
};

/** The waiting prompts, each with the reason it waits. */
export function QueueList({ chatId, tasks, sending, onStop, onEdit }: QueueListProps) {
  if (tasks.length + sending.length === 0) return null;
  return (
    <ul aria-label="Queue" className="mx-2 max-h-48 overflow-y-auto rounded-t-lg border border-b-0 border-line bg-surface">
      {tasks.map((task) => (
        <QueueRow key={task.id} task={task} words={explainWait(task.waitsFor, chatId)} onStop={onStop} onEdit={onEdit} />
      ))}
      {sending.map((attempt) => (
        <li key={attempt.promptId} className="flex h-8 items-center gap-2 border-b border-line px-3 last:border-b-0">
          <Clock aria-hidden className="size-3.5 shrink-0 text-faint" />
          <span className="min-w-0 flex-1 truncate">{attempt.text}</span>
          <span className="shrink-0 text-xs text-faint">Sending…</span>
        </li>
      ))}
    </ul>
  );
}

type QueueRowProps = { task: OpenTask; words: string; onStop: (task: OpenTask) => void; onEdit: (task: OpenTask, text: string) => void };

function QueueRow({ task, words, onStop, onEdit }: QueueRowProps) {
  const [isEditing, setEditing] = useState(false);
  const edit = useFocusReturn<HTMLButtonElement>(!isEditing);
  if (isEditing) {
    return (
      <li className="border-b border-line p-2 last:border-b-0">
        <QueueEditor
          text={task.text}
          onCancel={() => setEditing(false)}
          onSave={(text) => {
            if (text !== task.text) onEdit(task, text);
            setEditing(false);
          }}
        />
      </li>
    );
  }
  return (
    <li className="flex min-h-8 items-center gap-2 border-b border-line py-1 pr-1 pl-3 last:border-b-0">
      <Clock aria-hidden className="size-3.5 shrink-0 text-faint" />
      <span className="flex min-w-0 flex-1 flex-col sm:flex-row sm:items-baseline sm:gap-3">
        <span className="min-w-0 flex-1 truncate" title={task.text}>
          {task.text}
        </span>
        <span className="min-w-0 truncate text-xs text-faint" title={words}>
          {words}
        </span>
      </span>
      <IconButton ref={edit} size="sm" label="Edit queued message" tooltipSide="top" onClick={() => setEditing(true)}>
        <Pencil aria-hidden />
      </IconButton>
      <IconButton size="sm" label="Remove from queue" tooltipSide="top" onClick={() => onStop(task)}>
        <X aria-hidden />
      </IconButton>
    </li>
  );
}

function QueueEditor({ text, onSave, onCancel }: { text: string; onSave: (text: string) => void; onCancel: () => void }) {
  const [value, setValue] = useState(text);
  const canSave = value.trim() !== "";
  return (
    <>
      <textarea
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person has just asked to edit
        autoFocus
        aria-label="Queued message"
        data-own-escape
        value={value}
        rows={1}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") {
            event.stopPropagation();
            onCancel();
          } else if (event.key === "Enter" && !event.shiftKey && canSave) {
            event.preventDefault();
            onSave(value);
          }
        }}
        className="block field-sizing-content max-h-32 w-full resize-none overflow-y-auto rounded-md border border-line-strong bg-canvas px-2.5 py-1.5"
      />
      <div className="mt-2 flex justify-end gap-2">
        <Button size="sm" variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="sm" disabled={!canSave} onClick={() => onSave(value)}>
          Save
        </Button>
      </div>
    </>
  );
}
