import { Kbd } from "../../ui/kbd.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { KEYS } from "./to-command.ts";

/** Shows the keys of the changes. */
export default function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()} title="Keys in the changes" className="max-w-sm!">
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
        {KEYS.map(({ keys, words }) => (
          <div key={words} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key} keys={key} />
              ))}
            </dt>
            <dd className="text-muted">{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
