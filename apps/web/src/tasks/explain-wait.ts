import type { ChatId } from "@boocode/shared/ids";

/** The reason a queued prompt waits, as returned by `tasks.list`. */
export interface WaitsFor {
  chatId: ChatId;
  chatTitle: string;
  reason: "worktree_in_use" | "earlier_in_queue" | "permission";
}

/** Explains in one sentence what a queued prompt of `chatId` waits for. */
export function explainWait(waitsFor: WaitsFor | null, chatId: ChatId): string {
  if (waitsFor === null) return "Starts next";
  const isHere = waitsFor.chatId === chatId;
  switch (waitsFor.reason) {
    case "worktree_in_use":
      return isHere ? "Waits for the turn above to end" : `Waits for “${waitsFor.chatTitle}”: the worktree is in use`;
    case "earlier_in_queue":
      return isHere ? "Waits for the prompt before it" : `Waits for “${waitsFor.chatTitle}”, which was asked first`;
    case "permission":
      return isHere ? "Waits for your answer above" : `Waits for “${waitsFor.chatTitle}”, which needs your permission`;
  }
}
