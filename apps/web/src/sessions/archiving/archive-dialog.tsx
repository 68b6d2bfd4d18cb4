import type { BackgroundProcess } from "@boocode/shared/agents/background-process";
import { ProgramList } from "../../agents/program-list.tsx";
import { Button } from "../../ui/button.tsx";
import { toCount } from "../../ui/labels.ts";
import { Dialog } from "../../ui/popups/dialog.tsx";

type ArchiveDialogProps = {
  title: string;
  processes: readonly BackgroundProcess[];
  onArchive: () => void;
  onDone: () => void;
};

/** Asks before archiving ends programs that a session left running. */
export default function ArchiveDialog({ title, processes, onArchive, onDone }: ArchiveDialogProps) {
  const isOne = processes.length === 1;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Archive “${title}”?`}
      description={`${toCount(processes.length, "program")} that it left running ${isOne ? "is" : "are"} ended. Its chats, files and branch are kept.`}
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
            {isOne ? "End it and archive" : "End them and archive"}
          </Button>
        </>
      }
    >
      <ProgramList programs={processes} />
    </Dialog>
  );
}
