import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { joinWords } from "../../ui/labels.ts";

type ClosePaneDialogProps = {
  /** The titles of what is at work in it. */
  busy: readonly string[];
  onClose: () => void;
  onDone: () => void;
};

/** Asks before closing a pane in which something is at work, because that goes on out of sight. */
export default function ClosePaneDialog({ busy, onClose, onDone }: ClosePaneDialogProps) {
  const isOne = busy.length === 1;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Close this pane?"
      description={`${joinWords(busy.map((title) => `“${title}”`))} ${isOne ? "is at work and goes" : "are at work and go"} on out of sight. Nothing is ended, and the pane can be reopened with everything in it.`}
      footer={
        <>
          <Button onClick={onDone}>Keep open</Button>
          <Button
            variant="primary"
            onClick={() => {
              onClose();
              onDone();
            }}
          >
            Close pane
          </Button>
        </>
      }
    />
  );
}
