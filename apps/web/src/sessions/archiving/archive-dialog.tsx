import { ProgramList } from "../../agents/program-list.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { describeArchiving, toArchiveLabel, type Running } from "./describe-archiving.ts";

type ArchiveDialogProps = {
  title: string;
  running: Running;
  /** Those that are known. */
  programs: readonly { pid: number; command: string }[];
  onArchive: () => void;
  onDone: () => void;
};

/** Asks before archiving ends programs of a session. */
export default function ArchiveDialog({ title, running, programs, onArchive, onDone }: ArchiveDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Archive “${title}”?`}
      description={describeArchiving(running)}
      footer={
        <>
          <Button onClick={onDone}>Cancel</Button>
          <Button
            variant="danger"
            onClick={() => {
              onArchive();
              onDone();
            }}
          >
            {toArchiveLabel(running)}
          </Button>
        </>
      }
    >
      {programs.length > 0 && <ProgramList programs={programs} />}
    </Dialog>
  );
}
