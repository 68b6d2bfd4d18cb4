import type { Attachment } from "@boocode/shared/attachments/attachment";
import { clsx } from "clsx";
import { ArrowDown, ArrowUp, EllipsisVertical, FastForward, GripVertical, Paperclip, Pencil, X } from "lucide-react";
import { useState, type ComponentProps, type CSSProperties, type KeyboardEvent } from "react";
import { nameFiles } from "../../attachments/describe-attachment.ts";
import { useFocusReturn } from "../../ui/browser/use-focus-return.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Menu } from "../../ui/popups/menu.tsx";
import type { MenuEntry } from "../../ui/popups/menu-entry.ts";
import type { OpenTask } from "../use-open-tasks.ts";
import { QueueEditor } from "./queue-editor.tsx";

type QueueRowProps = {
  task: OpenTask;
  /** What it waits for. */
  words: string;
  /** What sending it now does. Of one that a budget holds: sends it all the same. */
  sendNowWords: string;
  /** Null at the end of the list. */
  onMoveUp: (() => void) | null;
  onMoveDown: (() => void) | null;
  onSendNow: () => void;
  onRemove: () => void;
  onEdit: (text: string, files: readonly Attachment[]) => void;
  /** Pointer listeners of the handle. */
  handle: Pick<ComponentProps<"button">, "onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerCancel">;
  /** The distance in pixels by which the row is being dragged; null if it is not. */
  draggedBy: number | null;
  /** True if a dragged row would be put before this one. */
  isTarget: boolean;
};

/** A waiting prompt: its text, why it waits, and what can be done with it. */
export function QueueRow(props: QueueRowProps) {
  const { task, words, sendNowWords, onMoveUp, onMoveDown, onSendNow, onRemove, onEdit, handle, draggedBy, isTarget } = props;
  const [isEditing, setEditing] = useState(false);
  const edit = useFocusReturn<HTMLButtonElement>(!isEditing);
  if (isEditing) {
    return (
      <li className="border-b border-line p-2 last:border-b-0">
        <QueueEditor
          text={task.text}
          files={task.attachments}
          onCancel={() => setEditing(false)}
          onSave={(text, files) => {
            if (text !== task.text || files !== task.attachments) onEdit(text, files);
            setEditing(false);
          }}
        />
      </li>
    );
  }
  const entries: MenuEntry[] = [
    { label: sendNowWords, icon: <FastForward aria-hidden />, onSelect: onSendNow },
    ...(onMoveUp ? [{ label: "Move up", icon: <ArrowUp aria-hidden />, shortcut: "Alt+↑", onSelect: onMoveUp }] : []),
    ...(onMoveDown ? [{ label: "Move down", icon: <ArrowDown aria-hidden />, shortcut: "Alt+↓", onSelect: onMoveDown }] : []),
    { label: "Edit", icon: <Pencil aria-hidden />, takesFocus: true, onSelect: () => setEditing(true) },
    { label: "Remove from queue", icon: <X aria-hidden />, takesFocus: true, onSelect: onRemove },
  ];
  const onKeyDown = (event: KeyboardEvent) => {
    const move = event.altKey ? { ArrowUp: onMoveUp, ArrowDown: onMoveDown }[event.key] : undefined;
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move?.();
  };
  const style: CSSProperties | undefined = draggedBy === null ? undefined : { transform: `translateY(${draggedBy}px)` };
  return (
    <li
      data-drag-id={task.id}
      style={style}
      className={clsx(
        "flex min-h-8 items-center gap-1 border-b border-line py-1 pr-1 pl-1 last:border-b-0 pointer-coarse:min-h-11",
        draggedBy !== null && "relative z-10 bg-raised opacity-90 shadow-popup",
        isTarget && "shadow-[inset_0_2px_0_0_var(--color-accent)]",
      )}
    >
      <button
        type="button"
        aria-label={`Move “${(task.text || nameFiles(task.attachments)).slice(0, 80)}”: drag, or press Alt with an arrow`}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        title="Drag, or Alt+↑ and Alt+↓"
        disabled={onMoveUp === null && onMoveDown === null}
        {...handle}
        onKeyDown={onKeyDown}
        className="flex size-6 shrink-0 cursor-grab touch-none items-center justify-center rounded-md text-faint hover:text-ink disabled:invisible pointer-coarse:size-10"
      >
        <GripVertical aria-hidden className="size-3.5" />
      </button>
      <span className="flex min-w-0 flex-1 flex-col sm:flex-row sm:items-baseline sm:gap-3">
        <span className="min-w-0 flex-1 truncate" title={task.text}>
          {task.attachments.length > 0 && (
            <span className="mr-1.5 inline-flex items-center gap-0.5 align-[-2px] text-muted">
              <Paperclip role="img" aria-label="Files:" className="size-3.5" />
              <span className="text-xs">{task.attachments.length}</span>
            </span>
          )}
          {task.text || nameFiles(task.attachments)}
        </span>
        <span className="min-w-0 truncate text-xs text-faint" title={words}>
          {words}
        </span>
      </span>
      {task.overBudget ? (
        <Button size="sm" className="max-sm:hidden pointer-coarse:h-10" onKeyDown={onKeyDown} onClick={onSendNow}>
          {sendNowWords}
        </Button>
      ) : (
        <IconButton
          size="sm"
          label={sendNowWords}
          tooltipSide="top"
          className="max-sm:hidden pointer-coarse:size-10"
          onKeyDown={onKeyDown}
          onClick={onSendNow}
        >
          <FastForward aria-hidden />
        </IconButton>
      )}
      <IconButton
        ref={edit}
        size="sm"
        label="Edit queued message"
        tooltipSide="top"
        className="max-sm:hidden pointer-coarse:size-10"
        onKeyDown={onKeyDown}
        onClick={() => setEditing(true)}
      >
        <Pencil aria-hidden />
      </IconButton>
      <IconButton
        size="sm"
        label="Remove from queue"
        tooltipSide="top"
        className="max-sm:hidden pointer-coarse:size-10"
        onKeyDown={onKeyDown}
        onClick={onRemove}
      >
        <X aria-hidden />
      </IconButton>
      <Menu
        label="More for this message"
        icon={<EllipsisVertical aria-hidden className="size-3.5" />}
        entries={entries}
        side="top"
        align="end"
        className="flex size-6 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink pointer-coarse:size-10"
      />
    </li>
  );
}
