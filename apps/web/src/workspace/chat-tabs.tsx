import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId } from "@boocode/shared/ids";
import { toTabKey } from "@boocode/shared/panes/tab";
import { Plus, RotateCcw } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { useAskingCounts } from "../agents/use-permissions.ts";
import type { ShownTab } from "../sessions/session-paths.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { toShownShortcut } from "../ui/browser/shortcut.ts";
import type { ChatState } from "./chat-state.ts";
import { ChangesTabButton, ChatTab } from "./chat-tab.tsx";
import { NEW_CHAT_KEYS, REOPEN_KEYS } from "./keys.ts";

type ChatTabsProps = {
  /** The open chats. */
  chats: readonly Chat[];
  /** The open tabs, in order. */
  tabs: readonly ShownTab[];
  active: ShownTab | null;
  /** The state of each open chat. */
  stateOf: (chatId: ChatId) => ChatState;
  panelId: string;
  onShow: (tab: ShownTab) => void;
  onNew: () => void;
  isCreating: boolean;
  onClose: (tab: ShownTab) => void;
  /** Null if there is no closed chat to reopen. */
  onReopen: (() => void) | null;
};

/** The tab bar of a pane. Arrow keys move between tabs, Delete closes a tab, F2 renames it. */
export function ChatTabs({ chats, tabs, active, stateOf, panelId, onShow, onNew, isCreating, onClose, onReopen }: ChatTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const asking = useAskingCounts();
  const activeKey = active && toTabKey(active);
  const press = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => toTabKey(tab) === activeKey);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onShow(next);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(toTabKey(next))}"]`)?.focus();
  };

  return (
    <div className="flex h-9 shrink-0 items-center gap-1 border-b border-line pr-2 pl-2">
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
          const common = { tabKey, isActive: tabKey === activeKey, panelId, onShow: () => onShow(tab), onClose: () => onClose(tab) };
          if (tab.kind === "changes") return <ChangesTabButton key="changes" isOfTurn={tab.taskId !== null} {...common} />;
          const chat = chats.find((each) => each.id === tab.chatId);
          return chat && <ChatTab key={tabKey} chat={chat} state={stateOf(chat.id)} asking={asking.ofChat(chat.id)} {...common} />;
        })}
      </div>
      <IconButton size="sm" label="New tab" shortcut={toShownShortcut(NEW_CHAT_KEYS)} onClick={onNew} disabled={isCreating}>
        <Plus aria-hidden />
      </IconButton>
      {onReopen && (
        <IconButton size="sm" className="ml-auto" label="Reopen closed pane" shortcut={toShownShortcut(REOPEN_KEYS)} onClick={onReopen}>
          <RotateCcw aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
