import type { ChatId } from "@boocode/shared/ids";
import { formatMoment } from "../format-moment.ts";

/** The reason a queued prompt waits, as returned by `tasks.list`. */
export interface WaitsFor {
  chatId: ChatId;
  chatTitle: string;
  reason: "worktree_in_use" | "earlier_in_queue" | "permission";
}

/** Explains in one sentence what a queued prompt of `chatId` waits for; `waitsUntil` is set if it waits for its time. */
export function explainWait(waitsFor: WaitsFor | null, chatId: ChatId, waitsUntil: number | null = null): string {
  if (waitsUntil !== null) return `Waits until ${formatMoment(waitsUntil, Date.now())}`;
  if (waitsFor === null) return "Starts next";
  const isHere = waitsFor.chatId === chatId;
  switch (waitsFor.reason) {
    case "worktree_in_use":
      return isHere ? "Waits for the turn above to end" : `Waits for “${waitsFor.chatTitle}”: the worktree is in use`;
    case "earlier_in_queue":
      return isHere ? "Waits for the prompt before it" : `Waits for “${waitsFor.chatTitle}”, which is before it`;
    case "permission":
      return isHere ? "Waits for your answer above" : `Waits for “${waitsFor.chatTitle}”, which needs your permission`;
  }
}

/** Says what "Send now" does. `running`: the turn it stops, in `chatId` or in another chat; null if nothing runs. */
export function explainSendNow(running: { chatId: ChatId; chatTitle: string } | null, chatId: ChatId): string {
  if (running === null) return "Send now";
  return running.chatId === chatId ? "Send now: stops the turn that runs" : `Send now: stops the turn of “${running.chatTitle}”`;
}
