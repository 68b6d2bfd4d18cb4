import type { Chat } from "@boocode/shared/chats/chat";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";

/** Asks before closing a chat whose agent is working, because closing stops the agent. */
export default function CloseChatDialog({ chat, onClose, onDone }: { chat: Chat; onClose: () => void; onDone: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Close “${chat.title}”?`}
      description="Its agent is working, or a message is waiting. Closing stops both. Everything said and changed so far is kept, and the chat can be reopened."
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
            Stop and close
          </Button>
        </>
      }
    />
  );
}
