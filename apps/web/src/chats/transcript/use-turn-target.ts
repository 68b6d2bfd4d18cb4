import type { ChatId } from "@boocode/shared/ids";
import { useEffect, useSyncExternalStore, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import type { TranscriptRow } from "./transcript-rows.ts";
import { turnTarget } from "./turn-target.ts";

type TurnTargetInput = {
  chatId: ChatId;
  rows: readonly TranscriptRow[];
  list: RefObject<VirtualizerHandle | null>;
  /** Stops keeping the view at the end. */
  hold: () => void;
  /** Loads older items; null if there are none. */
  readOlder: (() => void) | null;
};

/** Scrolls to the requested turn, loading older pages until it is found. */
export function useTurnTarget({ chatId, rows, list, hold, readOlder }: TurnTargetInput): void {
  const target = useSyncExternalStore(turnTarget.subscribe, turnTarget.get);
  const taskId = target?.chatId === chatId ? target.taskId : null;
  const place = taskId === null ? -1 : rows.findIndex((row) => row.kind === "item" && row.item.taskId === taskId);
  // If the page begins within the turn, its prompt is on the next older page.
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
