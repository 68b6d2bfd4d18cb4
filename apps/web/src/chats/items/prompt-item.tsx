import type { Attachment } from "@boocode/shared/attachments/attachment";
import { cutText } from "@boocode/shared/text/cut-text";
import type { PromptItem, SteerItem } from "@boocode/shared/chats/transcript";
import { clsx } from "clsx";
import { PromptFiles } from "../../attachments/prompt-files.tsx";
import { Pencil } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { useComposerTarget } from "./composer-target.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { useExpanded } from "../../ui/browser/use-expanded.ts";

const FOLDED_LINES = 14;
const FOLDED_CHARS = 1_600;

/** The person's prompt as written, folded if long; or a note that the agent began the turn by itself. */
export function PromptView({ item }: { item: PromptItem }) {
  const { attachments = [] } = item;
  if (item.text === "" && attachments.length === 0)
    return <p className="pt-3 pb-2 text-center text-xs text-faint">{item.agent} went on by itself</p>;
  return <PromptBubble id={item.promptId} text={item.text} files={attachments} given={item.given} canEdit />;
}

/** What the person said in the middle of a turn. */
export function SteerView({ item }: { item: SteerItem }) {
  return (
    <div data-testid="steer">
      <PromptBubble id={item.promptId} text={item.text} />
      <p className="-mt-1 pb-1 text-right text-xs text-faint">Given to the agent during its turn</p>
    </div>
  );
}

type PromptBubbleProps = {
  id: string;
  text: string;
  files?: readonly Attachment[];
  given?: PromptItem["given"];
  isSending?: boolean;
  /** Whether it can be put into the composer again. */
  canEdit?: boolean;
};

/** The bubble of a prompt, also used while it is being sent. */
export function PromptBubble({ id, text, files = [], given, isSending = false, canEdit = false }: PromptBubbleProps) {
  const [isOpen, setOpen] = useExpanded(`${id}:whole`, false);
  const write = useComposerTarget();
  const folded = fold(text);
  return (
    <div data-testid="prompt" className="group/prompt flex flex-col items-end gap-1.5 pt-3 pb-2">
      {files.length > 0 && <PromptFiles files={files} given={given} />}
      <div className={clsx("flex max-w-full items-start gap-1 pl-6 sm:pl-12", text === "" && !isSending && "hidden")}>
        {isSending ? (
          <span className="appear-late mt-2.5 shrink-0 text-xs text-faint">Sending…</span>
        ) : (
          <span className="mt-1.5 flex opacity-0 group-focus-within/prompt:opacity-100 group-hover/prompt:opacity-100 pointer-coarse:opacity-100">
            {canEdit && write && (
              <IconButton size="sm" label="Edit and send again" onClick={() => write(text, files)}>
                <Pencil aria-hidden />
              </IconButton>
            )}
            <CopyButton text={text} label="Copy message" />
          </span>
        )}
        <div
          className={clsx(
            "min-w-0 rounded-lg border border-line bg-inset px-3.5 py-2 text-[13.5px] leading-[21px] break-words whitespace-pre-wrap [overflow-wrap:anywhere]",
            text === "" && "hidden",
          )}
        >
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
