import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { showPath } from "./show-path.ts";

type DeleteFileDialogProps = { path: string; isFolder: boolean; onDelete: () => Promise<boolean>; onDone: () => void };

/** Asks before a file or folder is deleted. */
export default function DeleteFileDialog({ path, isFolder, onDelete, onDone }: DeleteFileDialogProps) {
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    await onDelete();
    onDone();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Delete ${showPath(path)}?`}
      description={`${isFolder ? "The folder goes with everything in it. What it holds" : "What it holds"} is kept for 30 days, and the note that follows takes it back.`}
      footer={
        <>
          <Button onClick={onDone}>Cancel</Button>
          <Button variant="danger" busy={isBusy} onClick={() => void remove()}>
            Delete
          </Button>
        </>
      }
    />
  );
}
