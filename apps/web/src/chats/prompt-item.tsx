import type { PromptItem } from "@boocode/shared/chats/transcript";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { useExpanded } from "./use-expanded.ts";

const FOLDED_LINES = 14;
const FOLDED_CHARS = 1_600;

/** What the person asked, as they wrote it; a long one folded. */
export function PromptView({ item }: { item: PromptItem }) {
  return <PromptBubble id={item.key} text={item.text} />;
}

/** The look of a prompt, also of one that is still on its way. */
export function PromptBubble({ id, text, note }: { id: string; text: string; note?: string }) {
  const [isOpen, setOpen] = useExpanded(`${id}:whole`, false);
  const folded = fold(text);
  return (
    <div className="group/prompt flex flex-col items-end pt-3 pb-1">
      <div className="max-w-[85%] min-w-0 rounded-lg border border-line bg-inset px-3.5 py-2 text-[13.5px] leading-[21px] break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
        {folded === null || isOpen ? text : `${folded}…`}
        {folded !== null && (
          <Button size="sm" variant="quiet" className="mt-1 -ml-2 block" onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Show less" : `Show all of it (${text.length.toLocaleString("en")} characters)`}
          </Button>
        )}
      </div>
      <div className="flex h-6 items-center gap-1 text-xs text-faint">
        {note ?? (
          <CopyButton text={text} label="Copy message" className="opacity-0 group-hover/prompt:opacity-100 focus-visible:opacity-100" />
        )}
      </div>
    </div>
  );
}

/** The beginning of a long prompt, or null for one that is short enough. */
function fold(text: string): string | null {
  const lines = text.split("\n", FOLDED_LINES + 1);
  const head = lines.slice(0, FOLDED_LINES).join("\n").slice(0, FOLDED_CHARS);
  return head.length < text.length - 200 ? head : null;
}
