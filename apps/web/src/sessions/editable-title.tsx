import { clsx } from "clsx";
import { useState } from "react";

type EditableTitleProps = {
  /** The accessible name of the field. */
  label: string;
  value: string;
  /** Called with the new title, trimmed, when it differs. */
  onSave: (title: string) => void;
  /** Called when editing ends, saved or not. */
  onDone: () => void;
  className?: string;
};

const MAX_TITLE = 120;

/** The field for renaming a title. Enter or leaving the field saves; Escape cancels. */
export function EditableTitle({ label, value, onSave, onDone, className }: EditableTitleProps) {
  const [draft, setDraft] = useState(value);
  const finish = (isSaved: boolean) => {
    const title = draft.trim();
    if (isSaved && title !== "" && title !== value) onSave(title);
    onDone();
  };
  return (
    <input
      // The person has just asked to type here.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      aria-label={label}
      value={draft}
      maxLength={MAX_TITLE}
      spellCheck={false}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => finish(true)}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        event.stopPropagation();
        if (event.key === "Enter") finish(true);
        if (event.key === "Escape") finish(false);
      }}
      className={clsx("min-w-0 flex-1 rounded-sm bg-raised px-1 -ml-1 text-ink outline-1 outline-accent", className)}
    />
  );
}
