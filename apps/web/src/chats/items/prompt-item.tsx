import { cutText } from "@boocode/shared/text/cut-text";
import type { PromptItem } from "@boocode/shared/chats/transcript";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { useExpanded } from "./use-expanded.ts";

const FOLDED_LINES = 14;
const FOLDED_CHARS = 1_600;

/** The person's prompt as written, folded if long; or a note that the agent began the turn by itself. */
export function PromptView({ item }: { item: PromptItem }) {
  if (item.text === "") return <p className="pt-3 pb-2 text-center text-xs text-faint">{item.agent} went on by itself</p>;
  return <PromptBubble id={item.promptId} text={item.text} />;
}

/** The bubble of a prompt, also used while it is being sent. */
export function PromptBubble({ id, text, isSending = false }: { id: string; text: string; isSending?: boolean }) {
  const [isOpen, setOpen] = useExpanded(`${id}:whole`, false);
  const folded = fold(text);
  return (
    <div data-testid="prompt" className="group/prompt flex flex-col items-end pt-3 pb-2">
      <div className="flex max-w-full items-start gap-1 pl-6 sm:pl-12">
        {isSending ? (
          <span className="appear-late mt-2.5 shrink-0 text-xs text-faint">Sending…</span>
        ) : (
          <CopyButton
            text={text}
            label="Copy message"
            className="mt-1.5 opacity-0 group-hover/prompt:opacity-100 focus-visible:opacity-100"
          />
        )}
        <div className="min-w-0 rounded-lg border border-line bg-inset px-3.5 py-2 text-[13.5px] leading-[21px] break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
          {folded === null || isOpen ? text : `${folded}…`}
          {folded !== null && (
            <Button size="sm" variant="quiet" className="mt-1 -ml-2 block" onClick={() => setOpen(!isOpen)}>
              {isOpen ? "Show less" : `Show all of it (${text.length.toLocaleString("en")} characters)`}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** One line for a prompt that was removed before the agent saw it. */
export function RemovedPrompt({ text }: { text: string }) {
  return (
    <p className="flex h-7 items-center justify-end gap-2 pl-12 text-sm text-faint">
      <span className="shrink-0">Removed from the queue:</span>
      <span className="min-w-0 truncate line-through decoration-line-strong">{text}</span>
    </p>
  );
}

/** The beginning of a long prompt, or null if the prompt is short. */
function fold(text: string): string | null {
  const lines = text.split("\n", FOLDED_LINES + 1);
  const head = cutText(lines.slice(0, FOLDED_LINES).join("\n"), FOLDED_CHARS);
  return head.length < text.length - 200 ? head : null;
}
