import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";

/** Asks before an address from a terminal's output is opened, because its text may say something else. */
export default function LinkDialog({ url, onDone }: { url: string; onDone: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Open this address?"
      description="A program in the terminal has written it."
      footer={
        <>
          <Button onClick={onDone}>Cancel</Button>
          <Button
            variant="primary"
            onClick={() => {
              window.open(url, "_blank", "noopener,noreferrer");
              onDone();
            }}
          >
            Open
          </Button>
        </>
      }
    >
      <p className="rounded-md bg-inset px-3 py-2 font-mono text-sm [overflow-wrap:anywhere]">{url}</p>
    </Dialog>
  );
}
