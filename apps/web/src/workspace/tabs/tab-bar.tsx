import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId, SessionId } from "@boocode/shared/ids";
import { type Tab, toTabKey } from "@boocode/shared/panes/tab";
import type { Terminal } from "@boocode/shared/terminals/terminal";
import { type KeyboardEvent, type PointerEvent, type ReactNode, Suspense, useRef, useState } from "react";
import { useAskingCounts } from "../../agents/use-permissions.ts";
import type { MenuEntry } from "../../ui/popups/menu-entry.ts";
import { usePopupTrigger } from "../../ui/popups/popup-trigger.ts";
import type { ChatState } from "./chat-state.ts";
import { ChatTab } from "./chat-tab.tsx";
import { CodeTabButton } from "./code-tab.tsx";
import { ChangesTabButton } from "./tab-button.tsx";
import { TerminalTab } from "./terminal-tab.tsx";
import { later } from "../../ui/browser/later.ts";

const MenuPopup = later(() => import("../../ui/popups/menu-popup.tsx"));

type TabBarProps = {
  sessionId: SessionId;
  chats: readonly Chat[];
  terminals: readonly Terminal[];
  /** The tabs, in order. */
  tabs: readonly Tab[];
  activeKey: string | null;
  isActivePane: boolean;
  stateOf: (chatId: ChatId) => ChatState;
  panelId: string;
  onShow: (tab: Tab) => void;
  onClose: (tab: Tab) => void;
  onPress: (tab: Tab, event: PointerEvent) => void;
  /** The actions for a tab besides renaming and closing it. */
  entriesOf: (tab: Tab) => readonly MenuEntry[];
  /** The buttons beside the tabs. */
  children: ReactNode;
};

/** The tab bar of a pane. Arrow keys move between tabs, Delete closes a tab, F2 renames it, and the menu key shows what else can be done. */
export function TabBar(props: TabBarProps) {
  const { sessionId, chats, terminals, tabs, activeKey, isActivePane, stateOf, panelId, onShow, onClose, onPress, entriesOf } = props;
  const list = useRef<HTMLDivElement>(null);
  const asking = useAskingCounts();
  const [renamed, setRenamed] = useState<string | null>(null);
  const [menuTab, setMenuTab] = useState<Tab | null>(null);
  const anchor = useRef<HTMLButtonElement>(null);
  const popup = usePopupTrigger(anchor);
  const press = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => toTabKey(tab) === activeKey);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined || event.shiftKey || event.altKey ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onShow(next);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(toTabKey(next))}"]`)?.focus();
  };
  const toEntries = (tab: Tab): MenuEntry[] => [
    ...(tab.kind === "chat" || tab.kind === "terminal"
      ? [{ label: "Rename", shortcut: "F2", takesFocus: true, onSelect: () => setRenamed(toTabKey(tab)) }]
      : []),
    ...entriesOf(tab),
    { label: "Close", shortcut: "Delete", onSelect: () => onClose(tab) },
  ];

  return (
    <div data-tab-bar className="flex h-9 shrink-0 items-center gap-1 border-b border-line pr-2 pl-2">
      <div
        ref={list}
        role="tablist"
        aria-label="Chats"
        tabIndex={-1}
        onKeyDown={press}
        className="flex h-full min-w-0 items-center gap-0.5 overflow-x-auto [scrollbar-width:none]"
      >
        {tabs.map((tab) => {
          const tabKey = toTabKey(tab);
          const common = {
            tabKey,
            isActive: tabKey === activeKey,
            isInActivePane: isActivePane,
            panelId,
            onShow: () => onShow(tab),
            onClose: () => onClose(tab),
            onPress: (event: PointerEvent) => onPress(tab, event),
            onMenu: (button: HTMLButtonElement) => {
              anchor.current = button;
              setMenuTab(tab);
              popup.open();
            },
          };
          const renaming = {
            isRenaming: renamed === tabKey,
            onRenaming: (isRenaming: boolean) => setRenamed(isRenaming ? tabKey : null),
          };
          if (tab.kind === "changes") return <ChangesTabButton key="changes" isOfTurn={tab.taskId !== null} {...common} />;
          if (tab.kind === "code") return <CodeTabButton key={tabKey} sessionId={sessionId} path={tab.path} {...common} />;
          if (tab.kind === "terminal") {
            const terminal = terminals.find(({ id }) => id === tab.terminalId);
            return terminal && <TerminalTab key={tabKey} terminal={terminal} {...common} {...renaming} />;
          }
          const chat = chats.find((each) => each.id === tab.chatId);
          return (
            chat && <ChatTab key={tabKey} chat={chat} state={stateOf(chat.id)} asking={asking.ofChat(chat.id)} {...common} {...renaming} />
          );
        })}
      </div>
      {props.children}
      {popup.isMounted && menuTab && (
        <Suspense>
          <MenuPopup label="Actions for the tab" entries={toEntries(menuTab)} side="bottom" align="start" anchor={anchor} popup={popup} />
        </Suspense>
      )}
    </div>
  );
}
