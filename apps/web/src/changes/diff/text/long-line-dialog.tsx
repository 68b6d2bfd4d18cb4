import { VList } from "virtua";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { Dialog } from "../../../ui/popups/dialog.tsx";

/** The length of the rows into which the line is broken, in UTF-16 units. */
const ROW_CHARS = 100;

type LongLineDialogProps = { number: number; text: string; onClose: () => void };

/** One very long line, broken into rows of which only the visible ones are drawn. */
export default function LongLineDialog({ number, text, onClose }: LongLineDialogProps) {
  const rows = Array.from({ length: Math.ceil(text.length / ROW_CHARS) }, (_, row) => row);
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`Line ${number.toLocaleString("en-US")}`}
      description={`${text.length.toLocaleString("en-US")} characters, wrapped.`}
      className="max-w-4xl!"
    >
      <div className="mb-2 flex justify-end">
        <CopyButton text={text} label="Copy the line" />
      </div>
      <div
        role="region"
        aria-label="The whole line"
        tabIndex={0}
        className="h-[60vh] overflow-hidden rounded-md border border-line bg-surface"
      >
        <VList data={rows} itemSize={19} className="overscroll-contain px-2">
          {(row) => (
            <div key={row} className="font-mono text-[12px] leading-[19px] break-all whitespace-pre-wrap">
              {text.slice(row * ROW_CHARS, (row + 1) * ROW_CHARS)}
            </div>
          )}
        </VList>
      </div>
    </Dialog>
  );
}
