import type { ChatId, TerminalId } from "../ids.ts";
import { foldPanes, withoutTab } from "./apply-layout-change.ts";
import { type Layout, listPanes, MAX_LAYOUT_TABS } from "./layout.ts";
import { mapPanes } from "./layout-tree.ts";
import { type Tab, toTabKey } from "./tab.ts";

/** What a session has now. Null: not known yet, so its tabs stay. */
export interface OpenTabs {
  /** The open chats. */
  chats: readonly ChatId[] | null;
  terminals: readonly TerminalId[] | null;
}

/** Returns the layout with what the session has now: what is gone is taken out, what stands nowhere opens in the active pane. */
export function reconcileLayout(layout: Layout, { chats, terminals }: OpenTabs): Layout {
  const isGone = (tab: Tab): boolean => {
    if (tab.kind === "chat") return chats !== null && !chats.includes(tab.chatId);
    if (tab.kind === "terminal") return terminals !== null && !terminals.includes(tab.terminalId);
    return false;
  };
  const holders = [...listPanes(layout.root), ...layout.closed];
  const known = new Set(holders.flatMap(({ tabs }) => tabs.map(toTabKey)));
  const gone = holders.flatMap(({ tabs }) => tabs.filter(isGone).map(toTabKey));
  const added = [
    ...(chats ?? []).map((chatId): Tab => ({ kind: "chat", chatId })),
    ...(terminals ?? []).map((terminalId): Tab => ({ kind: "terminal", terminalId })),
  ]
    .filter((tab) => !known.has(toTabKey(tab)))
    .slice(0, MAX_LAYOUT_TABS - (known.size - gone.length));
  if (gone.length === 0 && added.length === 0) return layout;
  const filled = mapPanes(layout.root, (pane) => {
    const left = gone.reduce(withoutTab, pane);
    if (pane.id !== layout.activePaneId || added.length === 0) return left;
    return { ...left, tabs: [...left.tabs, ...added], active: left.active ?? toTabKey(added[0]!) };
  });
  return foldPanes({ ...layout, root: filled, closed: layout.closed.map((pane) => gone.reduce(withoutTab, pane)) });
}
