import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId } from "@boocode/shared/ids";

/** The chat to show: the one in the URL if it is open, otherwise the one last shown in this browser, otherwise the newest. */
export function chooseChat(open: readonly Chat[], named: ChatId | null, remembered: string | undefined): Chat | undefined {
  return open.find((chat) => chat.id === named) ?? open.find((chat) => chat.id === remembered) ?? open.at(-1);
}
