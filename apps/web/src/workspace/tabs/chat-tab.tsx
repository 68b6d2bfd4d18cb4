import type { Chat } from "@boocode/shared/chats/chat";
import { AgentIcon } from "../../agents/agent-icon.tsx";
import { AskingCount } from "../../agents/asking-count.tsx";
import { EditableTitle } from "../../sessions/editable-title.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { useRenameChat } from "../use-chats.ts";
import type { ChatState } from "./chat-state.ts";
import { type OfTab, type Renaming, TabButton } from "./tab-button.tsx";

type ChatTabProps = OfTab &
  Renaming & {
    chat: Chat;
    state: ChatState;
    /** The number of questions waiting for the person. */
    asking: number;
  };

/** The tab of a chat. F2 or a double click renames it. */
export function ChatTab({ chat, state, asking, isRenaming, onRenaming, ...tab }: ChatTabProps) {
  const rename = useRenameChat();
  if (isRenaming) {
    return (
      <div className="flex h-7 w-44 shrink-0 items-center gap-1.5 rounded-md bg-active px-2">
        <AgentIcon agent={chat.agent} size={14} />
        <EditableTitle
          label="Chat title"
          value={chat.title}
          onSave={(title) => rename.mutate({ chatId: chat.id, title })}
          onDone={() => onRenaming(false)}
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
      onRename={() => onRenaming(true)}
    />
  );
}
