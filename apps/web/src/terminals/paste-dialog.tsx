import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { toCount } from "../ui/labels.ts";

const MAX_SHOWN = 2_000;

type PasteDialogProps = { text: string; onPaste: () => void; onDone: () => void };

/** Asks before several lines are pasted, because a shell may run each of them at once. */
export default function PasteDialog({ text, onPaste, onDone }: PasteDialogProps) {
  const lines = text.replace(/[\r\n]+$/, "").split(/\r\n|\r|\n/).length;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Paste ${toCount(lines, "line")}?`}
      description="The shell may run each line at once."
      footer={
        <>
          <Button onClick={onDone}>Cancel</Button>
          <Button
            variant="primary"
            onClick={() => {
              onPaste();
              onDone();
            }}
          >
            Paste
          </Button>
        </>
      }
    >
      <pre className="max-h-60 overflow-auto rounded-md bg-inset px-3 py-2 font-mono text-sm [overflow-wrap:anywhere] whitespace-pre-wrap">
        {toVisible(text.slice(0, MAX_SHOWN))}
        {text.length > MAX_SHOWN && "…"}
      </pre>
    </Dialog>
  );
}

/** Shows control characters, and those that change the order of letters, as what they are. */
function toVisible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- These are the characters it is about.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, (char) =>
    char === "\r" ? "" : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
