import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId, PaneId, SessionId, TerminalId } from "@boocode/shared/ids";
import { findPaneOf } from "@boocode/shared/panes/apply-layout-change";
import { listPanes } from "@boocode/shared/panes/layout";
import { type Tab, toTabKey } from "@boocode/shared/panes/tab";
import type { Terminal } from "@boocode/shared/terminals/terminal";
import type { RiskProcess } from "@boocode/shared/worktrees/risk-report";
import { type ReactNode, Suspense, useState } from "react";
import { useBackground } from "../../agents/background.tsx";
import { faultOf } from "../../api/faults/explain-fault.ts";
import { reportFailure } from "../../api/faults/failures.ts";
import { trpcClient } from "../../api/trpc.ts";
import { codeDrafts } from "../../files/drafts/code-drafts.ts";
import { type OpenTask, readOpenTasks, useOpenTasks } from "../../tasks/use-open-tasks.ts";
import { useCloseTerminal, useTerminals } from "../../terminals/use-terminals.ts";
import { changeLayout, currentLayout } from "../layout/page-layout.ts";
import { useChats, useCloseChat } from "../use-chats.ts";
import { type AtWork, isAtWork } from "./describe-closing.ts";
import { later } from "../../ui/browser/later.ts";

const CloseChatDialog = later(() => import("./close-chat-dialog.tsx"));
const ClosePaneDialog = later(() => import("./close-pane-dialog.tsx"));
const CloseTerminalDialog = later(() => import("../../terminals/close-terminal-dialog.tsx"));
const CloseFileDialog = later(() => import("../../files/close-file-dialog.tsx"));

type Asked =
  | { kind: "chat"; chat: Chat }
  | { kind: "terminal"; terminal: Terminal; programs: readonly RiskProcess[] }
  | { kind: "file"; path: string }
  | { kind: "pane"; paneId: PaneId; busy: readonly string[] };

/** The ways to close tabs and panes. What would end or lose something is asked first. */
export interface Closing {
  closeTab(tab: Tab): void;
  /** Closes a pane and keeps what is in it. */
  closePane(paneId: PaneId): void;
  /** The question that is asked. */
  question: ReactNode;
}

/** Closes tabs and panes of a session. */
export function useClosing(sessionId: SessionId): Closing {
  const { data: chats = [] } = useChats(sessionId);
  const { data: terminals = [] } = useTerminals(sessionId);
  const openTasks = useOpenTasks(sessionId);
  const background = useBackground(sessionId);
  const closingChat = useCloseChat();
  const closingTerminal = useCloseTerminal(sessionId);
  const [asked, setAsked] = useState<Asked | null>(null);
  const done = () => setAsked(null);

  const programsOf = (chatId: ChatId) => background.filter((each) => each.chatId === chatId);
  const workOf = (chatId: ChatId, tasks: readonly Pick<OpenTask, "chatId" | "state">[] = openTasks): AtWork => {
    const own = tasks.filter((task) => task.chatId === chatId);
    const queued = own.filter(({ state }) => state === "queued").length;
    return { isRunning: own.length > queued, queued, programs: programsOf(chatId).length };
  };
  const takeOut = (tab: Tab) => changeLayout(sessionId, { kind: "closeTab", tabKey: toTabKey(tab) }, { replace: true });

  const closeChat = (chatId: ChatId) => {
    const tab: Tab = { kind: "chat", chatId };
    // Until it is closed, its tab stays; what is shown instead is shown at once.
    const neighbour = findNeighbourTab(sessionId, tab);
    if (neighbour) changeLayout(sessionId, { kind: "show", tab: neighbour }, { replace: true });
    closingChat.mutate({ chatId, onClosed: () => takeOut(tab) });
  };
  const askOrCloseChat = async (chatId: ChatId) => {
    const chat = chats.find(({ id }) => id === chatId);
    if (chat && (isAtWork(workOf(chatId)) || isAtWork(workOf(chatId, await readOpenTasks(sessionId).catch(() => []))))) {
      setAsked({ kind: "chat", chat });
    } else closeChat(chatId);
  };
  const closeTerminal = (terminalId: TerminalId, force: boolean) =>
    closingTerminal.mutate(
      { terminalId, force },
      {
        onSuccess: () => takeOut({ kind: "terminal", terminalId }),
        onError: (error) => {
          const fault = faultOf(error);
          const terminal = terminals.find(({ id }) => id === terminalId);
          if (fault?.kind === "terminal_busy" && terminal) setAsked({ kind: "terminal", terminal, programs: fault.programs });
          else reportFailure(error);
        },
      },
    );
  const closeTab = (tab: Tab) => {
    if (tab.kind === "changes") takeOut(tab);
    else if (tab.kind === "terminal") closeTerminal(tab.terminalId, false);
    else if (tab.kind === "code") {
      if (tab.path !== null && codeDrafts.read(sessionId, tab.path) !== null) setAsked({ kind: "file", path: tab.path });
      else takeOut(tab);
    } else void askOrCloseChat(tab.chatId);
  };
  const closePaneNow = (paneId: PaneId) => changeLayout(sessionId, { kind: "closePane", paneId, at: Date.now() }, { replace: true });
  const closePane = async (paneId: PaneId) => {
    const layout = currentLayout(sessionId);
    const tabs = (layout && listPanes(layout.root).find(({ id }) => id === paneId)?.tabs) ?? [];
    const live = terminals.filter(({ id, end }) => end === null && tabs.some((tab) => tab.kind === "terminal" && tab.terminalId === id));
    // A pane is closed also where it cannot be known: nothing ends with it.
    const programs = live.length === 0 ? [] : await trpcClient.terminals.programs.query({ sessionId }).catch(() => []);
    const busyChats = chats.filter(({ id }) => tabs.some((tab) => tab.kind === "chat" && tab.chatId === id) && isAtWork(workOf(id)));
    const busyTerminals = live.filter(({ id }) => programs.some(({ terminalId }) => terminalId === id));
    const busy = [...busyChats, ...busyTerminals].map(({ title }) => title);
    if (busy.length > 0) setAsked({ kind: "pane", paneId, busy });
    else closePaneNow(paneId);
  };

  return {
    closeTab,
    closePane: (paneId) => void closePane(paneId),
    question: asked && (
      <Suspense>
        {asked.kind === "chat" ? (
          <CloseChatDialog
            chat={asked.chat}
            work={workOf(asked.chat.id)}
            programs={programsOf(asked.chat.id)}
            onClose={() => closeChat(asked.chat.id)}
            onDone={done}
          />
        ) : asked.kind === "terminal" ? (
          <CloseTerminalDialog
            title={asked.terminal.title}
            programs={asked.programs}
            onClose={() => closeTerminal(asked.terminal.id, true)}
            onDone={done}
          />
        ) : asked.kind === "file" ? (
          <CloseFileDialog
            path={asked.path}
            onKeep={() => {
              done();
              takeOut({ kind: "code", path: asked.path });
            }}
            onDiscard={() => {
              done();
              codeDrafts.write(sessionId, asked.path, null);
              takeOut({ kind: "code", path: asked.path });
            }}
            onDone={done}
          />
        ) : (
          <ClosePaneDialog busy={asked.busy} onClose={() => closePaneNow(asked.paneId)} onDone={done} />
        )}
      </Suspense>
    ),
  };
}

/** The tab that is shown when a visible one goes: the one on its right, otherwise on its left. Undefined if it is not visible in the active pane, or alone. */
function findNeighbourTab(sessionId: SessionId, tab: Tab): Tab | undefined {
  const layout = currentLayout(sessionId);
  const pane = layout && findPaneOf(layout, toTabKey(tab));
  if (!pane || pane.active !== toTabKey(tab) || pane.id !== layout.activePaneId) return undefined;
  const at = pane.tabs.findIndex((each) => toTabKey(each) === pane.active);
  return pane.tabs[at + 1] ?? pane.tabs[at - 1];
}
