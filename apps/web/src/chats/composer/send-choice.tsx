import { Check, ChevronDown, FastForward, ListEnd, MessageSquareReply } from "lucide-react";
import type { ReactNode } from "react";
import { Menu } from "../../ui/popups/menu.tsx";
import type { SendWay, SendWays } from "./send-way.ts";

const NAMES: Record<SendWay, string> = { queue: "Queue", steer: "Steer", interrupt: "Stop and send" };
const WORDS: Record<SendWay, string> = {
  queue: "Queue: runs after this turn",
  steer: "Steer: the agent gets it in this turn",
  interrupt: "Stop and send: ends this turn first",
};
const ICONS: Record<SendWay, ReactNode> = {
  queue: <ListEnd aria-hidden />,
  steer: <MessageSquareReply aria-hidden />,
  interrupt: <FastForward aria-hidden />,
};

/** The text of the empty field while a turn runs. */
export const SEND_HINTS: Record<SendWay, string> = {
  queue: "Queue a message…",
  steer: "Tell the agent during its turn…",
  interrupt: "Stop the turn and send…",
};

/** Says what Enter does while a turn runs, and changes it. */
export function SendChoice({ ways, onChoose }: { ways: SendWays; onChoose: (way: SendWay) => void }) {
  const { way, other, available } = ways;
  const entries = available.map((each) => ({
    label: WORDS[each],
    icon: each === way ? <Check aria-hidden /> : ICONS[each],
    ...(each === way ? { shortcut: "Enter" } : each === other ? { shortcut: "Mod+Enter" } : {}),
    onSelect: () => onChoose(each),
  }));
  return (
    <Menu
      label={`Enter: ${NAMES[way]}. Change`}
      icon={
        <>
          <span className="max-sm:sr-only">{NAMES[way]}</span>
          <ChevronDown aria-hidden className="size-3.5" />
        </>
      }
      entries={entries}
      side="top"
      align="end"
      className="flex h-7 shrink-0 items-center gap-1 rounded-md px-1.5 text-sm text-muted hover:bg-hover hover:text-ink data-popup-open:bg-hover"
    />
  );
}
