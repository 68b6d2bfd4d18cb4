import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import { toCommandWord } from "@boocode/shared/agents/handoff/is-tellable";
import type { Chat } from "@boocode/shared/chats/chat";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Suspense, useRef } from "react";
import { trpc } from "../../api/trpc.ts";
import { toCount } from "../../ui/labels.ts";
import { usePopupTrigger } from "../../ui/popups/popup-trigger.ts";
import { later } from "../../ui/browser/later.ts";

const HandoffPopup = later(() => import("./handoff-popup.tsx"));

/** `agent`: the chosen one. `text`: what is written in the composer. */
type HandoffChipProps = { chat: Pick<Chat, "id" | "agent">; agent: string; text: string };

/** Shows, before sending, what the chosen agent knows of the chat; opens what it will be given. Renders nothing in a fresh chat. */
export function HandoffChip({ chat, agent, text }: HandoffChipProps) {
  const command = toCommandWord(text);
  // Of the chat's own agent the page asks in its first requests, before it knows which one that is.
  const place = { chatId: chat.id, ...(agent === chat.agent ? {} : { agent }), ...(command === null ? {} : { command }) };
  // While a command is being written, each letter asks anew: the chip stays.
  const options = trpc.tasks.previewHandoff.queryOptions(place, command === null ? {} : { placeholderData: keepPreviousData });
  const { data } = useQuery(options);
  const anchor = useRef<HTMLButtonElement>(null);
  const popup = usePopupTrigger(anchor);
  if (!data || (data.continuity === "new" && data.isFresh)) return null;
  return (
    <>
      <span role="status" aria-label="Agent session" className="inline-flex shrink-0">
        <button
          ref={anchor}
          type="button"
          aria-haspopup="dialog"
          aria-expanded={popup.isOpen}
          onClick={popup.toggle}
          className="group/chip inline-flex items-center rounded-sm pointer-coarse:h-10"
        >
          <span className="inline-flex h-[18px] items-center rounded-sm bg-inset px-1.5 text-xs text-muted transition-colors group-hover/chip:bg-hover group-hover/chip:text-ink">
            {describeContinuity(data)}
          </span>
        </button>
      </span>
      {popup.isMounted && (
        <Suspense>
          <HandoffPopup agent={agent} preview={data} anchor={anchor} popup={popup} />
        </Suspense>
      )}
    </>
  );
}

function describeContinuity({ continuity, turns, isLater }: { continuity: Continuity; turns: number; isLater: boolean }): string {
  if (continuity === "new") return "new session";
  return continuity === "resumed" ? "resumed" : `history · ${toCount(turns, "turn")}${isLater ? " later" : ""}`;
}
