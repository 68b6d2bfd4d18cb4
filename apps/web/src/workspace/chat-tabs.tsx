import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId, SessionId } from "@boocode/shared/ids";
import { clsx } from "clsx";
import { Plus, RotateCcw, X } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import { AgentIcon } from "../agents/agent-icon.tsx";
import { AskingCount } from "../agents/asking-count.tsx";
import { useAskingCounts } from "../agents/use-permissions.ts";
import { EditableTitle } from "../sessions/editable-title.tsx";
import { toSessionPath } from "../sessions/session-paths.ts";
import { Spinner } from "../ui/spinner.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { navigate } from "../ui/browser/location.tsx";
import { toShownShortcut } from "../ui/browser/shortcut.ts";
import type { ChatState } from "./chat-state.ts";
import { NEW_CHAT_KEYS, REOPEN_KEYS } from "./keys.ts";
import { useRenameChat } from "./use-chats.ts";

type ChatTabsProps = {
  sessionId: SessionId;
  /** The open chats, in order. */
  chats: readonly Chat[];
  activeId: ChatId | undefined;
  /** The state of each open chat. */
  stateOf: (chatId: ChatId) => ChatState;
  panelId: string;
  onNew: () => void;
  isCreating: boolean;
  onClose: (chatId: ChatId) => void;
  /** Null if there is no closed chat to reopen. */
  onReopen: (() => void) | null;
};

/** The tab bar of a pane. Arrow keys move between tabs, Delete closes a tab, F2 renames it. */
export function ChatTabs({ sessionId, chats, activeId, stateOf, panelId, onNew, isCreating, onClose, onReopen }: ChatTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const asking = useAskingCounts();
  const show = (chatId: ChatId) => navigate(toSessionPath(sessionId, chatId));
  const press = (event: KeyboardEvent) => {
    const at = chats.findIndex((chat) => chat.id === activeId);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: chats.length - 1 }[event.key];
    const next = to === undefined ? undefined : chats[(to + chats.length) % chats.length];
    if (!next) return;
    event.preventDefault();
    show(next.id);
    list.current?.querySelector<HTMLElement>(`[data-chat="${CSS.escape(next.id)}"]`)?.focus();
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
        {chats.map((chat) => (
          <ChatTab
            key={chat.id}
            chat={chat}
            isActive={chat.id === activeId}
            state={stateOf(chat.id)}
            asking={asking.ofChat(chat.id)}
            panelId={panelId}
            onShow={() => show(chat.id)}
            onClose={() => onClose(chat.id)}
          />
        ))}
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

type ChatTabProps = {
  chat: Chat;
  isActive: boolean;
  state: ChatState;
  /** The number of questions waiting for the person. */
  asking: number;
  panelId: string;
  onShow: () => void;
  onClose: () => void;
};

function ChatTab({ chat, isActive, state, asking, panelId, onShow, onClose }: ChatTabProps) {
  const [isRenaming, setRenaming] = useState(false);
  const rename = useRenameChat();
  const tab = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isActive) tab.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isActive]);

  const click = (event: MouseEvent) => {
    // The close button is inside the tab and only for the pointer, because a tab list may contain only tabs. Delete closes by key.
    if ((event.target as Element).closest("[data-close]")) onClose();
    else onShow();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Delete") onClose();
    else if (event.key === "F2") setRenaming(true);
    else return;
    event.preventDefault();
  };

  if (isRenaming) {
    return (
      <div className="flex h-7 w-44 shrink-0 items-center gap-1.5 rounded-md bg-active px-2">
        <AgentIcon agent={chat.agent} size={14} />
        <EditableTitle
          label="Chat title"
          value={chat.title}
          onSave={(title) => rename.mutate({ chatId: chat.id, title })}
          onDone={() => setRenaming(false)}
          className="text-sm"
        />
      </div>
    );
  }
  return (
    <button
      ref={tab}
      type="button"
      role="tab"
      data-chat={chat.id}
      aria-selected={isActive}
      aria-controls={isActive ? panelId : undefined}
      tabIndex={isActive ? 0 : -1}
      title={chat.title}
      onClick={click}
      onAuxClick={(event) => event.button === 1 && onClose()}
      onDoubleClick={() => setRenaming(true)}
      onKeyDown={press}
      className={clsx(
        "group/tab relative flex h-7 max-w-48 min-w-0 shrink-0 items-center gap-1.5 rounded-md pr-1 pl-2 text-sm transition-colors",
        isActive ? "bg-active text-ink" : "text-muted hover:bg-hover hover:text-ink",
      )}
    >
      <AgentIcon agent={chat.agent} size={14} />
      <span className="min-w-0 truncate">{chat.title}</span>
      <span aria-hidden className="relative grid size-5 shrink-0 place-items-center">
        <span className={clsx("group-hover/tab:invisible", isActive && state === "idle" && "invisible")}>
          {state === "running" && <Spinner size={10} className="text-accent" />}
          <AskingCount count={asking} />
          {state === "queued" && <span className="block size-1.5 rounded-full border border-dashed border-muted" />}
        </span>
        <span
          data-close
          className={clsx(
            "absolute inset-0 place-items-center rounded-sm hover:bg-hover hover:text-ink",
            isActive && state === "idle" ? "grid" : "hidden group-hover/tab:grid",
          )}
        >
          <X className="size-3.5" />
        </span>
      </span>
    </button>
  );
}
