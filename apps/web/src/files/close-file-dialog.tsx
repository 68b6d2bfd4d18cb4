import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { showPath } from "./show-path.ts";

type CloseFileDialogProps = { path: string; onKeep: () => void; onDiscard: () => void; onDone: () => void };

/** Asks before a file is closed whose text is not saved. */
export default function CloseFileDialog({ path, onKeep, onDiscard, onDone }: CloseFileDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`${showPath(path)} has unsaved text`}
      description="Close it and keep the text in this browser for when you open the file again, or throw the text away."
      footer={
        <>
          <Button variant="danger" className="mr-auto" onClick={onDiscard}>
            Throw away
          </Button>
          <Button onClick={onDone}>Cancel</Button>
          <Button variant="primary" data-safest onClick={onKeep}>
            Close and keep
          </Button>
        </>
      }
    />
  );
}
