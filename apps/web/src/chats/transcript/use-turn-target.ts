import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { ChatId } from "@boocode/shared/ids";
import { useEffect, useSyncExternalStore, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import { expand } from "../../ui/browser/use-expanded.ts";
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

/** Scrolls to the requested turn, loading older pages until it is found, and opens the requested item. */
export function useTurnTarget({ chatId, rows, list, hold, readOlder }: TurnTargetInput): void {
  const target = useSyncExternalStore(turnTarget.subscribe, turnTarget.get);
  const own = target?.chatId === chatId ? target : null;
  const taskId = own?.taskId ?? null;
  const begin = taskId === null ? -1 : rows.findIndex((row) => itemsOf(row)[0]?.taskId === taskId);
  const item = own?.itemKey === undefined ? -1 : rows.findIndex((row) => itemsOf(row).some(({ key }) => key === own.itemKey));
  const place = item >= 0 ? item : begin;
  const folds = item < 0 ? "" : foldsOf(rows[item]!, own!.itemKey!).join("\n");
  // If the page begins within the turn, its prompt is on the next older page.
  const isWhole = item > 0 || begin > 0 || (begin === 0 && readOlder === null);
  useEffect(() => {
    if (taskId === null) return;
    if (!isWhole && readOlder) {
      readOlder();
      return;
    }
    turnTarget.set(null);
    if (place < 0) return;
    if (folds !== "") expand(folds.split("\n"));
    hold();
    list.current?.scrollToIndex(place, { align: "start" });
  }, [taskId, isWhole, readOlder, place, folds, hold, list]);
}

function itemsOf(row: TranscriptRow): readonly TranscriptItem[] {
  if (row.kind === "group") return row.items;
  return row.kind === "item" ? [row.item, ...row.inside] : [];
}

/** What has to be open for an item of a row to be seen whole. See `useExpanded`. */
function foldsOf(row: TranscriptRow, itemKey: string): string[] {
  const outer = row.kind === "item" && row.item.kind === "prompt" ? row.item.promptId : row.key;
  return [outer, `${outer}:whole`, itemKey, `${itemKey}:whole`, `${itemKey}:evidence`];
}
