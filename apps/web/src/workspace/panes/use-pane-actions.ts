import type { Chat } from "@boocode/shared/chats/chat";
import { PaneId, type SessionId } from "@boocode/shared/ids";
import { type Edge, type Layout, listPanes, type Pane } from "@boocode/shared/panes/layout";
import { type Tab, toTabKey } from "@boocode/shared/panes/tab";
import { useOpenTerminal } from "../../terminals/use-terminals.ts";
import { changeLayout } from "../layout/page-layout.ts";
import type { SplitKind } from "../tabs/pane-buttons.tsx";
import { useChats, useNewChat, useReopenChat } from "../use-chats.ts";

/** A new pane id of 128 random bits. Also works outside secure contexts, where `randomUUID` is missing. */
export function newPaneId(): PaneId {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return PaneId.parse(`pane_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
}

/** What opens something in a pane or beside it. */
export interface PaneActions {
  newChat(pane: Pane): void;
  isCreating: boolean;
  newTerminal(pane: Pane): void;
  isOpeningTerminal: boolean;
  /** Opens something new beside a pane. */
  split(pane: Pane, edge: Edge, kind: SplitKind): void;
  /** What was closed last comes back: a pane, or a chat. Null if there is nothing. */
  reopen: (() => void) | null;
  /** The chat that `reopen` brings back; null if it is a pane. */
  reopensChat: Chat | null;
  isReopening: boolean;
}

/** The actions of a session's panes. */
export function usePaneActions(sessionId: SessionId, layout: Layout | null): PaneActions {
  const { data: chats = [] } = useChats(sessionId);
  const creating = useNewChat(sessionId);
  const opening = useOpenTerminal(sessionId);
  const reopening = useReopenChat();
  const closedPane = layout?.closed[0];
  const closedChat = chats.filter((chat) => chat.closedAt !== null).toSorted((a, b) => b.closedAt! - a.closedAt!)[0];
  const isPaneLast = closedPane !== undefined && closedPane.closedAt >= (closedChat?.closedAt ?? 0);

  /** The chat whose agent a new one in the pane gets: the visible one, otherwise the last one in it, otherwise in the session. */
  const findLike = (pane: Pane) => {
    const inPane = pane.tabs.findLast((tab) => tab.kind === "chat" && toTabKey(tab) === pane.active) ?? pane.tabs.findLast(isChat);
    const own = chats.find(({ id }) => inPane?.kind === "chat" && id === inPane.chatId);
    return own ?? chats.findLast(({ closedAt }) => closedAt === null);
  };
  const create = (pane: Pane, open: (tab: Tab) => void) =>
    creating.mutate({ like: findLike(pane), onCreated: ({ id }) => open({ kind: "chat", chatId: id }) });
  const openTerminal = (open: (tab: Tab) => void) => opening.mutate({ onOpened: ({ id }) => open({ kind: "terminal", terminalId: id }) });
  const showIn = (pane: Pane) => (tab: Tab) => changeLayout(sessionId, { kind: "move", tab, paneId: pane.id });

  return {
    newChat: (pane) => create(pane, showIn(pane)),
    isCreating: creating.isPending,
    newTerminal: (pane) => openTerminal(showIn(pane)),
    isOpeningTerminal: opening.isPending,
    split: (pane, edge, kind) => {
      const open = (tab: Tab) => changeLayout(sessionId, { kind: "split", tab, paneId: pane.id, edge, newPaneId: newPaneId() });
      if (kind === "chat") create(pane, open);
      else if (kind === "terminal") openTerminal(open);
      else open({ kind: "code", path: null });
    },
    reopen: isPaneLast
      ? () => changeLayout(sessionId, { kind: "reopenPane", paneId: closedPane.id })
      : closedChat
        ? () =>
            reopening.mutate({
              chatId: closedChat.id,
              onOpened: ({ id }) => changeLayout(sessionId, { kind: "show", tab: { kind: "chat", chatId: id } }),
            })
        : null,
    reopensChat: isPaneLast ? null : (closedChat ?? null),
    isReopening: reopening.isPending,
  };
}

const isChat = (tab: Tab) => tab.kind === "chat";

/** Returns the pane after the active one in reading order; undefined if it is the only one. */
export function findNextPane({ root, activePaneId }: Layout): Pane | undefined {
  const panes = listPanes(root);
  const at = panes.findIndex(({ id }) => id === activePaneId);
  return panes.length === 1 ? undefined : panes[(at + 1) % panes.length];
}
