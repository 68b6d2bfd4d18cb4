import type { ChatId } from "@boocode/shared/ids";
import { useEffect, useSyncExternalStore, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import type { TranscriptRow } from "./transcript-rows.ts";
import { turnTarget } from "./turn-target.ts";

type TurnTargetInput = {
  chatId: ChatId;
  rows: readonly TranscriptRow[];
  list: RefObject<VirtualizerHandle | null>;
  /** Lets go of the end. */
  hold: () => void;
  /** Null where there is nothing older. */
  readOlder: (() => void) | null;
};

/** Scrolls to the turn that was asked for, reading older pages until it is there. */
export function useTurnTarget({ chatId, rows, list, hold, readOlder }: TurnTargetInput): void {
  const target = useSyncExternalStore(turnTarget.subscribe, turnTarget.get);
  const taskId = target?.chatId === chatId ? target.taskId : null;
  const place = taskId === null ? -1 : rows.findIndex((row) => row.kind === "item" && row.item.taskId === taskId);
  // Of a turn that is cut by the page, the prompt comes with the next one.
  const isWhole = place > 0 || (place === 0 && readOlder === null);
  useEffect(() => {
    if (taskId === null) return;
    if (!isWhole && readOlder) {
      readOlder();
      return;
    }
    turnTarget.set(null);
    if (place < 0) return;
    hold();
    list.current?.scrollToIndex(place, { align: "start" });
  }, [taskId, isWhole, readOlder, place, hold, list]);
}
