import type { BackgroundProcess } from "@boocode/shared/agents/processes/background-process";
import type { Chat } from "@boocode/shared/chats/chat";
import { ProgramList } from "../../agents/program-list.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { type AtWork, describeClosing, toCloseLabel } from "./describe-closing.ts";

type CloseChatDialogProps = {
  chat: Chat;
  work: AtWork;
  /** The programs that the chat left running. */
  programs: readonly BackgroundProcess[];
  onClose: () => void;
  onDone: () => void;
};

/** Asks before closing a chat that is still at work, because closing ends that. */
export default function CloseChatDialog({ chat, work, programs, onClose, onDone }: CloseChatDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Close “${chat.title}”?`}
      description={describeClosing(work)}
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
            {toCloseLabel(work)}
          </Button>
        </>
      }
    >
      {programs.length > 0 && <ProgramList programs={programs} />}
    </Dialog>
  );
}
