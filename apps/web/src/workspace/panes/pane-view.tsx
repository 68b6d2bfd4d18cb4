import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId, SessionId } from "@boocode/shared/ids";
import type { ShownPane } from "@boocode/shared/panes/pane-views";
import { type Tab, toTabKey } from "@boocode/shared/panes/tab";
import type { Terminal } from "@boocode/shared/terminals/terminal";
import { MessagesSquare } from "lucide-react";
import { type PointerEvent, type ReactNode, useId } from "react";
import { ActivePane } from "../../ui/browser/active-pane.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import type { MenuEntry } from "../../ui/popups/menu-entry.ts";
import { followMovedFile, openFile } from "../tabs/code-tabs.ts";
import type { ChatState } from "../tabs/chat-state.ts";
import { TabBar } from "../tabs/tab-bar.tsx";
import { ChatPanel, CodePanel, TerminalPanel, WideChangesPanel } from "../tabs/tab-panel.tsx";
import type { PaneActions } from "./use-pane-actions.ts";

type PaneViewProps = {
  sessionId: SessionId;
  shown: ShownPane;
  isActive: boolean;
  chats: readonly Chat[];
  terminals: readonly Terminal[];
  stateOf: (chatId: ChatId) => ChatState;
  actions: PaneActions;
  onShow: (tab: Tab) => void;
  onClose: (tab: Tab) => void;
  onPress: (tab: Tab, event: PointerEvent) => void;
  entriesOf: (tab: Tab) => readonly MenuEntry[];
  /** The buttons beside the tabs. */
  buttons: ReactNode;
};

/** One pane: its tab bar and its visible tab. */
export function PaneView(props: PaneViewProps) {
  const { sessionId, shown, isActive, chats, terminals, actions, onClose } = props;
  const panelId = useId();
  const tabs = shown.stacked.flatMap((pane) => pane.tabs);
  const activeTab = tabs.find((tab) => toTabKey(tab) === shown.pane.active) ?? null;
  const chat = activeTab?.kind === "chat" ? chats.find(({ id }) => id === activeTab.chatId) : undefined;
  const terminal = activeTab?.kind === "terminal" ? terminals.find(({ id }) => id === activeTab.terminalId) : undefined;
  return (
    <ActivePane value={isActive}>
      <TabBar
        sessionId={sessionId}
        chats={chats}
        terminals={terminals}
        tabs={tabs}
        activeKey={shown.pane.active}
        isActivePane={isActive}
        stateOf={props.stateOf}
        panelId={panelId}
        onShow={props.onShow}
        onClose={onClose}
        onPress={props.onPress}
        entriesOf={props.entriesOf}
      >
        {props.buttons}
      </TabBar>
      {activeTab?.kind === "code" && (
        <CodePanel
          panelId={panelId}
          sessionId={sessionId}
          path={activeTab.path}
          onOpen={(path) => openFile(sessionId, path, activeTab.path)}
          onMoved={(from, to) => followMovedFile(sessionId, from, to)}
          onClose={(path) => onClose({ kind: "code", path })}
        />
      )}
      {terminal && <TerminalPanel panelId={panelId} terminal={terminal} />}
      {activeTab?.kind === "changes" && <WideChangesPanel panelId={panelId} tab={activeTab} />}
      {chat && <ChatPanel panelId={panelId} sessionId={sessionId} chat={chat} />}
      {activeTab === null && <EmptyPane shown={shown} actions={actions} />}
    </ActivePane>
  );
}

/** The last pane, when its last tab is closed. */
function EmptyPane({ shown, actions }: { shown: ShownPane; actions: PaneActions }) {
  const { reopen, reopensChat } = actions;
  return (
    <div className="grid flex-1 place-items-center">
      <EmptyState
        icon={<MessagesSquare aria-hidden />}
        title="No chat is open here"
        hint="A chat is one conversation with an agent. Closed chats keep everything."
        action={
          <>
            <Button variant="primary" busy={actions.isCreating} onClick={() => actions.newChat(shown.pane)}>
              New chat
            </Button>
            {reopen && (
              <Button busy={actions.isReopening} onClick={reopen}>
                {reopensChat ? `Reopen “${reopensChat.title}”` : "Reopen closed pane"}
              </Button>
            )}
          </>
        }
      />
    </div>
  );
}
