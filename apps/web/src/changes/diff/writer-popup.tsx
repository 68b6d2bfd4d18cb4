import { Popover } from "@base-ui/react/popover";
import { SETUP_AUTHOR } from "@boocode/shared/worktrees/worktree-plan";
import clsx from "clsx";
import { useRef } from "react";
import { AgentBadge } from "../../agents/agent-badge.tsx";
import { Button } from "../../ui/button.tsx";
import { toFinalFocus } from "../../ui/popups/final-focus.ts";
import { POPUP } from "../../ui/popups/popup.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import type { LineMark } from "./line-marks.ts";
import type { OpenTurn } from "./open-turn.ts";

function describeCause(agent: string | null, writer: LineMark["writer"]): string {
  if (agent === null) return "Changed by hand, between turns.";
  if (agent === SETUP_AUTHOR) return "Changed by the worktree's setup, before an agent started.";
  return writer?.prompt ?? "Its prompt is unknown.";
}

type WriterPopupProps = {
  mark: LineMark;
  anchor: HTMLElement;
  onOpenTurn: OpenTurn | null;
  onClose: () => void;
};

/** Shows who wrote a line: the agent, its prompt, the time, and a link to the turn. */
export default function WriterPopup({ mark, anchor, onOpenTurn, onClose }: WriterPopupProps) {
  const shown = useRef<HTMLDivElement>(null);
  const { agent, writer } = mark;
  const turn = writer?.chatId && writer.taskId && onOpenTurn ? { chatId: writer.chatId, taskId: writer.taskId, open: onOpenTurn } : null;
  return (
    <Popover.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="bottom" align="start" sideOffset={4} collisionPadding={8} className="z-50">
          <Popover.Popup ref={shown} finalFocus={() => toFinalFocus(anchor, shown.current)} className={clsx(POPUP, "w-72 p-3")}>
            <Popover.Title className="flex items-center gap-2">
              <span className="sr-only">Written by</span>
              <AgentBadge agent={agent} />
              {writer && <RelativeTime at={writer.at} className="ml-auto text-xs text-faint" />}
            </Popover.Title>
            <Popover.Description className="mt-2 break-words text-muted">{describeCause(agent, writer)}</Popover.Description>
            {turn && (
              <Button
                size="sm"
                className="mt-3"
                onClick={() => {
                  onClose();
                  turn.open(turn.chatId, turn.taskId);
                }}
              >
                Go to this turn
              </Button>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
