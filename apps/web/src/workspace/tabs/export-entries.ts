import type { Chat } from "@boocode/shared/chats/chat";
import { loadAgain } from "../../ui/browser/later.ts";
import type { MenuEntry } from "../../ui/popups/menu-entry.ts";

const load = () => loadAgain(() => import("../../chats/export/export-chat.ts"));

/** The actions that take a chat elsewhere. What they need is loaded with the first one. */
export function exportEntries(chat: Pick<Chat, "id" | "title">): MenuEntry[] {
  return [
    { label: "Copy as Markdown", onSelect: () => void load().then(({ copyChat }) => copyChat(chat)) },
    { label: "Save as Markdown", onSelect: () => void load().then(({ saveChat }) => saveChat(chat)) },
  ];
}
