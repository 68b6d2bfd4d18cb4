import type { RiskProcess } from "@boocode/shared/worktrees/risk-report";
import { ProgramList } from "../agents/program-list.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { toCount } from "../ui/labels.ts";

type CloseTerminalDialogProps = { title: string; programs: readonly RiskProcess[]; onClose: () => void; onDone: () => void };

/** Asks before closing a terminal in which programs run, because closing ends them. */
export default function CloseTerminalDialog({ title, programs, onClose, onDone }: CloseTerminalDialogProps) {
  const isOne = programs.length === 1;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Close “${title}”?`}
      description={`${toCount(programs.length, "program")} in it ${isOne ? "is" : "are"} ended. What it has shown goes with it.`}
      footer={
        <>
          <Button onClick={onDone}>Keep open</Button>
          <Button
            variant="danger"
            onClick={() => {
              onClose();
              onDone();
            }}
          >
            End and close
          </Button>
        </>
      }
    >
      <ProgramList programs={programs.map(({ pid, name }) => ({ pid, command: name }))} />
    </Dialog>
  );
}
