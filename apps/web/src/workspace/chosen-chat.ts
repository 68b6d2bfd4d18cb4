import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId } from "@boocode/shared/ids";

/** The chat to show: the one the address names, while it is open, else the one last looked at here, else the newest. */
export function chooseChat(open: readonly Chat[], named: ChatId | null, remembered: string | undefined): Chat | undefined {
  return open.find((chat) => chat.id === named) ?? open.find((chat) => chat.id === remembered) ?? open.at(-1);
}

/** Who takes the place of a chat that is being closed: its right neighbour, else its left one; null: nobody is left. */
export function chooseNeighbour(open: readonly Chat[], closing: ChatId): ChatId | null {
  const at = open.findIndex((chat) => chat.id === closing);
  return (open[at + 1] ?? open[at - 1])?.id ?? null;
}
