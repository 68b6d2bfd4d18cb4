import type { Attachment } from "@boocode/shared/attachments/attachment";
import { useState } from "react";
import { FileChips } from "../../attachments/file-chips.tsx";
import { Button } from "../../ui/button.tsx";

type QueueEditorProps = {
  text: string;
  files: readonly Attachment[];
  onSave: (text: string, files: readonly Attachment[]) => void;
  onCancel: () => void;
};

/** The field for changing a waiting prompt in place, and its files. Enter saves, Escape leaves it as it was. */
export function QueueEditor({ text, files, onSave, onCancel }: QueueEditorProps) {
  const [value, setValue] = useState(text);
  const [kept, setKept] = useState(files);
  const canSave = value.trim() !== "" || kept.length > 0;
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
            onSave(value, kept);
          }
        }}
        className="block field-sizing-content max-h-32 w-full resize-none overflow-y-auto rounded-md border border-line-strong bg-canvas px-2.5 py-1.5"
      />
      <FileChips files={kept} onRemove={(place) => setKept(kept.filter((_, at) => at !== place))} />
      <div className="mt-2 flex justify-end gap-2">
        <Button size="sm" variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="sm" disabled={!canSave} onClick={() => onSave(value, kept)}>
          Save
        </Button>
      </div>
    </>
  );
}
