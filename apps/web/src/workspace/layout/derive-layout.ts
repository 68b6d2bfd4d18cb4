import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId, TerminalId } from "@boocode/shared/ids";
import { applyLayoutChange, findPaneOf } from "@boocode/shared/panes/apply-layout-change";
import { type Layout, listPanes } from "@boocode/shared/panes/layout";
import { reconcileLayout } from "@boocode/shared/panes/reconcile-layout";
import { type Tab, toTabKey } from "@boocode/shared/panes/tab";
import { chooseChat } from "./chosen-chat.ts";

/** What a layout is shown with. */
export interface AroundLayout {
  /** The open chats of the session. */
  chats: readonly Chat[];
  /** Undefined until they are loaded. */
  terminals: readonly { id: TerminalId }[] | undefined;
  /** The tab in the URL. */
  named: Tab | null;
  /** The chat that this browser showed last. */
  remembered: string;
}

/** Returns the layout as it is shown: with the tabs that there are, and with the one in the URL visible in the active pane. */
export function deriveLayout(stored: Layout, around: AroundLayout): Layout {
  const { chats, terminals, named, remembered } = around;
  const layout = reconcileLayout(stored, { chats: chats.map(({ id }) => id), terminals: terminals?.map(({ id }) => id) ?? null });
  if (named && exists(named, around)) return showNamed(layout, named);
  const isKnown = chats.some(({ id }) => findPaneOf(stored, toTabKey({ kind: "chat", chatId: id })));
  const chat = isKnown ? undefined : chooseChat(chats, null, remembered);
  return chat ? applyLayoutChange(layout, { kind: "show", tab: { kind: "chat", chatId: chat.id } }) : layout;
}

/** Returns the stored layout with the tab in the URL visible, if the layout itself has it or opens it; otherwise the same one. */
export function keepNamed(stored: Layout, named: Tab | null): Layout {
  if (!named) return stored;
  const tabKey = toTabKey(named);
  const isOpened = named.kind === "code" || named.kind === "changes";
  const isKnown =
    findPaneOf(stored, tabKey) !== undefined || stored.closed.some(({ tabs }) => tabs.some((tab) => toTabKey(tab) === tabKey));
  return isOpened || isKnown ? showNamed(stored, named) : stored;
}

/** Shows a tab. There is one tab for changes: that of a turn takes the place of all, and the other way round. */
function showNamed(layout: Layout, tab: Tab): Layout {
  const other = tab.kind === "changes" ? listTabs(layout).find(({ kind }) => kind === "changes") : undefined;
  return applyLayoutChange(layout, { kind: "show", tab, insteadOf: other && toTabKey(other) });
}

/** Returns the tabs of all panes, in reading order. */
export function listTabs(layout: Layout): Tab[] {
  return listPanes(layout.root).flatMap(({ tabs }) => tabs);
}

/** Returns the visible tab of the active pane. */
export function activeTabOf(layout: Layout): Tab | null {
  const pane = listPanes(layout.root).find(({ id }) => id === layout.activePaneId);
  return pane?.tabs.find((tab) => toTabKey(tab) === pane.active) ?? null;
}

function exists(tab: Tab, { chats, terminals }: AroundLayout): boolean {
  if (tab.kind === "chat") return chats.some(({ id }: { id: ChatId }) => id === tab.chatId);
  if (tab.kind === "terminal") return terminals === undefined || terminals.some(({ id }) => id === tab.terminalId);
  return true;
}
