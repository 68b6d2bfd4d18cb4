import type { Chat } from "@boocode/shared/chats/chat";
import { clsx } from "clsx";
import { FileDiff, X } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { AgentIcon } from "../agents/agent-icon.tsx";
import { AskingCount } from "../agents/asking-count.tsx";
import { EditableTitle } from "../sessions/editable-title.tsx";
import { Spinner } from "../ui/spinner.tsx";
import type { ChatState } from "./chat-state.ts";
import { useRenameChat } from "./use-chats.ts";

type OfTab = {
  tabKey: string;
  isActive: boolean;
  panelId: string;
  onShow: () => void;
  onClose: () => void;
};

type ChatTabProps = OfTab & {
  chat: Chat;
  state: ChatState;
  /** The number of questions waiting for the person. */
  asking: number;
};

/** The tab of a chat. F2 or a double click renames it. */
export function ChatTab({ chat, state, asking, ...tab }: ChatTabProps) {
  const [isRenaming, setRenaming] = useState(false);
  const rename = useRenameChat();
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
  const mark = (
    <>
      {state === "running" && <Spinner size={10} className="text-accent" />}
      <AskingCount count={asking} />
      {state === "queued" && <span className="block size-1.5 rounded-full border border-dashed border-muted" />}
    </>
  );
  return (
    <TabButton
      {...tab}
      icon={<AgentIcon agent={chat.agent} size={14} />}
      title={chat.title}
      mark={state === "idle" ? null : mark}
      onRename={() => setRenaming(true)}
    />
  );
}

/** The tab of the session's changes, or of those of one turn. */
export function ChangesTabButton({ isOfTurn, ...tab }: OfTab & { isOfTurn: boolean }) {
  const title = isOfTurn ? "Changes of a turn" : "Changes";
  return <TabButton {...tab} icon={<FileDiff aria-hidden className="size-3.5 shrink-0" />} title={title} mark={null} onRename={null} />;
}

type TabButtonProps = OfTab & {
  icon: ReactNode;
  title: string;
  /** What happens in the tab, in the place of the close button; null if nothing does. */
  mark: ReactNode;
  onRename: (() => void) | null;
};

function TabButton({ tabKey, isActive, panelId, onShow, onClose, icon, title, mark, onRename }: TabButtonProps) {
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
    else if (event.key === "F2" && onRename) onRename();
    else return;
    event.preventDefault();
  };
  const isClosable = isActive && mark === null;
  return (
    <button
      ref={tab}
      type="button"
      role="tab"
      data-tab={tabKey}
      aria-selected={isActive}
      aria-controls={isActive ? panelId : undefined}
      tabIndex={isActive ? 0 : -1}
      title={title}
      onClick={click}
      onAuxClick={(event) => event.button === 1 && onClose()}
      onDoubleClick={onRename ?? undefined}
      onKeyDown={press}
      className={clsx(
        "group/tab relative flex h-7 max-w-48 min-w-0 shrink-0 items-center gap-1.5 rounded-md pr-1 pl-2 text-sm transition-colors",
        isActive ? "bg-active text-ink" : "text-muted hover:bg-hover hover:text-ink",
      )}
    >
      {icon}
      <span className="min-w-0 truncate">{title}</span>
      <span aria-hidden className="relative grid size-5 shrink-0 place-items-center">
        <span className={clsx("group-hover/tab:invisible", isClosable && "invisible")}>{mark}</span>
        <span
          data-close
          className={clsx(
            "absolute inset-0 place-items-center rounded-sm hover:bg-hover hover:text-ink",
            isClosable ? "grid" : "hidden group-hover/tab:grid",
          )}
        >
          <X className="size-3.5" />
        </span>
      </span>
    </button>
  );
}
