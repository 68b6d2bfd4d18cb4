import { useId, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { TextField } from "../ui/text-field.tsx";

type NameDialogProps = {
  title: string;
  /** What the button says. */
  verb: string;
  path: string;
  /** Returns whether it is done, so that the dialog closes. */
  onSave: (path: string) => Promise<boolean>;
  onDone: () => void;
};

/** Asks for the path of a new file, or for the new one of a file. Folders that are missing are made. */
export default function NameDialog({ title, verb, path, onSave, onDone }: NameDialogProps) {
  const [name, setName] = useState(path);
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const save = async () => {
    if (name === "" || isBusy) return;
    setBusy(true);
    if (await onSave(name)) onDone();
    else setBusy(false);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={title}
      footer={
        <>
          <Button onClick={onDone}>Cancel</Button>
          <Button variant="primary" busy={isBusy} disabled={name === "" || name === path} onClick={() => void save()}>
            {verb}
          </Button>
        </>
      }
    >
      <label htmlFor={id} className="mb-1 block text-sm text-muted">
        Path in the worktree
      </label>
      <TextField
        id={id}
        data-focus-first
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && void save()}
        onFocus={({ target }) => {
          // The name is what changes most often.
          const start = target.value.lastIndexOf("/") + 1;
          const dot = target.value.lastIndexOf(".");
          target.setSelectionRange(start, dot > start ? dot : target.value.length);
        }}
        className="font-mono"
      />
    </Dialog>
  );
}
