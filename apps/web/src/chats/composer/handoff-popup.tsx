import { Popover } from "@base-ui/react/popover";
import clsx from "clsx";
import { type RefObject, useRef } from "react";
import { CopyButton } from "../../ui/copy-button.tsx";
import { joinWords, toCount, toShortCount } from "../../ui/labels.ts";
import { toFinalFocus } from "../../ui/popups/final-focus.ts";
import type { PopupTrigger } from "../../ui/popups/popup-trigger.ts";
import { POPUP } from "../../ui/popups/popup.ts";

/** What `tasks.previewHandoff` says, as far as it is shown. */
interface Preview {
  continuity: "resumed" | "history" | "new";
  turns: number;
  text: string;
  from: readonly string[];
  shortened: number;
  leftOut: number;
  isLater: boolean;
}

type HandoffPopupProps = { agent: string; preview: Preview; anchor: RefObject<HTMLButtonElement | null>; popup: PopupTrigger };

/** A token is about four characters of English text. */
const CHARS_PER_TOKEN = 4;

/** Shows exactly what an agent will be given in front of the next prompt. */
export default function HandoffPopup({ agent, preview, anchor, popup }: HandoffPopupProps) {
  const shown = useRef<HTMLDivElement>(null);
  const { text } = preview;
  return (
    <Popover.Root open={popup.isOpen} onOpenChange={popup.onOpenChange}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="top" align="start" sideOffset={6} collisionPadding={8} className="z-50">
          <Popover.Popup
            ref={shown}
            finalFocus={() => toFinalFocus(anchor.current, shown.current)}
            className={clsx(
              POPUP,
              "flex max-h-[min(26rem,var(--available-height))] w-[420px] max-w-[calc(100vw-16px)] flex-col overflow-hidden p-3",
            )}
          >
            <Popover.Title className="font-medium">{describeTitle(agent, preview)}</Popover.Title>
            <Popover.Description className="mt-1 text-sm text-muted">{describePreview(agent, preview)}</Popover.Description>
            {text !== "" && (
              <>
                <pre
                  tabIndex={0}
                  role="group"
                  aria-label="What it is given"
                  className="mt-2.5 min-h-0 flex-1 overflow-auto overscroll-contain rounded-md border border-line bg-inset p-2.5 font-mono text-xs break-words whitespace-pre-wrap text-ink"
                >
                  {text}
                </pre>
                <p className="mt-2 flex items-center gap-2 text-xs text-faint">
                  <span className="min-w-0 flex-1">{describeSize(preview)}</span>
                  <CopyButton text={text} label="Copy what it is given" />
                </p>
              </>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function describeTitle(agent: string, { continuity, turns, isLater }: Preview): string {
  if (isLater) return `${agent} is given ${toCount(turns, "turn")} with the prompt after this one`;
  if (continuity === "new") return `${agent} begins a session of its own`;
  return continuity === "resumed" ? `${agent} continues this chat` : `${agent} is given ${toCount(turns, "turn")} with your prompt`;
}

function describePreview(agent: string, { continuity, text, from, isLater }: Preview): string {
  if (isLater) return "This prompt begins with a command of its own, which works only at the beginning. It is given only that.";
  if (continuity === "new")
    return "No earlier prompt of this chat has reached an agent, so there is nothing to tell. It is given only your prompt.";
  if (continuity === "resumed") {
    return text === ""
      ? "It has this chat in its own memory and has missed nothing. It is given only your prompt."
      : "It has missed nothing. It has no memory of its own, so it is given the chat with each prompt.";
  }
  const others = from.filter((each) => each !== agent);
  return others.length === 0 ? "It does not have these turns in its memory." : `It has not seen what happened with ${joinWords(others)}.`;
}

function describeSize({ text, shortened, leftOut }: Preview): string {
  const parts = [
    `about ${toShortCount(Math.ceil(text.length / CHARS_PER_TOKEN))} tokens`,
    leftOut > 0 ? `${toCount(leftOut, "older turn")} left out` : null,
    shortened > 0 ? `${toCount(shortened, "turn")} shortened` : null,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}
