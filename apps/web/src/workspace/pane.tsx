import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId, SessionId } from "@boocode/shared/ids";
import { MessagesSquare } from "lucide-react";
import { lazy, Suspense, useEffect, useId, useState } from "react";
import { useBackground } from "../agents/background.tsx";
import { ChangesPanel } from "../changes/changes-panel.tsx";
import { ChatView } from "../chats/chat-view.tsx";
import { toSessionPath, toTabPath, type ShownTab } from "../sessions/session-paths.ts";
import { useSessions } from "../sessions/use-sessions.ts";
import { useOpenTasks } from "../tasks/use-open-tasks.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { navigate } from "../ui/browser/location.tsx";
import { useShortcut } from "../ui/browser/shortcut.ts";
import { readStored, writeStored } from "../ui/browser/stored-state.ts";
import { ChatTabs } from "./chat-tabs.tsx";
import { chooseChat, chooseNeighbour } from "./chosen-chat.ts";
import { type AtWork, isAtWork } from "./describe-closing.ts";
import { useChangesTab } from "./use-changes-tab.ts";
import { CLOSE_CHAT_KEYS, NEW_CHAT_KEYS, REOPEN_KEYS } from "./keys.ts";
import { useChatStates } from "./use-chat-states.ts";
import { useChats, useCloseChat, useNewChat, useReopenChat } from "./use-chats.ts";

const CloseChatDialog = lazy(() => import("./close-chat-dialog.tsx"));
const isString = (value: unknown): value is string => typeof value === "string";
const TAB_KEYS = Array.from({ length: 9 }, (_, index) => `Mod+${index + 1}`);

/** One pane: the tab bar and the visible tab. `shown` is the tab in the URL. */
export function Pane({ sessionId, shown }: { sessionId: SessionId; shown: ShownTab | null }) {
  const { data: chats } = useChats(sessionId);
  const stateOf = useChatStates(sessionId);
  const panelId = useId();
  const worktree = useSessions()?.find((session) => session.id === sessionId)?.worktree;
  const hasWorktree = worktree != null && worktree.state !== "creating";
  const open = (chats ?? []).filter((chat) => chat.closedAt === null);
  const lastClosed = (chats ?? []).filter((chat) => chat.closedAt !== null).toSorted((a, b) => b.closedAt! - a.closedAt!)[0];
  const named = shown?.kind === "chat" ? shown.chatId : null;
  const active = chooseChat(open, named, readStored(`chat.${sessionId}`, "", isString));
  const changes = useChangesTab(sessionId, shown);
  const tabs: ShownTab[] = [...open.map(({ id }): ShownTab => ({ kind: "chat", chatId: id })), ...(changes ? [changes.tab] : [])];
  const activeTab = changes?.isActive ? changes.tab : active ? ({ kind: "chat", chatId: active.id } as const) : null;
  const show = (tab: ShownTab) => navigate(toTabPath(sessionId, tab));

  const create = useNewChat(sessionId, active);
  const closing = useCloseChat(sessionId);
  const reopening = useReopenChat(sessionId);
  const [asked, setAsked] = useState<Chat | null>(null);
  const openTasks = useOpenTasks(sessionId);
  const background = useBackground(sessionId);
  const programsOf = (chatId: ChatId) => background.filter((each) => each.chatId === chatId);
  const workOf = (chatId: ChatId): AtWork => {
    const own = openTasks.filter((task) => task.chatId === chatId);
    const queued = own.filter(({ state }) => state === "queued").length;
    return { isRunning: own.length > queued, queued, programs: programsOf(chatId).length };
  };
  const isChatShown = !changes?.isActive;
  const closeNow = (chatId: ChatId) =>
    closing.mutate({ chatId, next: isChatShown && chatId === active?.id ? chooseNeighbour(open, chatId) : undefined });
  const close = (tab: ShownTab) => {
    if (tab.kind === "changes") {
      changes?.close();
      if (changes?.isActive) navigate(toSessionPath(sessionId, active?.id), { replace: true });
      return;
    }
    const chat = open.find((each) => each.id === tab.chatId);
    if (chat && isAtWork(workOf(chat.id))) setAsked(chat);
    else closeNow(tab.chatId);
  };
  const reopen = lastClosed ? () => reopening.mutate(lastClosed.id) : null;

  useEffect(() => {
    if (!active || !isChatShown) return;
    writeStored(`chat.${sessionId}`, active.id);
    // The URL always names the visible chat, so that it can be saved and shared.
    if (active.id !== named) navigate(toSessionPath(sessionId, active.id), { replace: true });
  }, [sessionId, active, named, isChatShown]);
  useShortcut(NEW_CHAT_KEYS, () => create.mutate());
  useShortcut(CLOSE_CHAT_KEYS, () => activeTab && close(activeTab));
  useShortcut(REOPEN_KEYS, () => reopen?.());
  useShortcut(TAB_KEYS, (event) => {
    const digit = Number(event.code.slice(-1));
    const tab = digit === 9 ? tabs.at(-1) : tabs[digit - 1];
    if (tab) show(tab);
  });

  if (!chats) return <div className="h-9 border-b border-line" />;
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ChatTabs
        chats={open}
        tabs={tabs}
        active={activeTab}
        stateOf={stateOf}
        panelId={panelId}
        onShow={show}
        onNew={() => create.mutate()}
        isCreating={create.isPending}
        onClose={close}
        onReopen={reopen}
      />
      {asked && (
        <Suspense>
          <CloseChatDialog
            chat={asked}
            work={workOf(asked.id)}
            programs={programsOf(asked.id)}
            onClose={() => closeNow(asked.id)}
            onDone={() => setAsked(null)}
          />
        </Suspense>
      )}
      {changes?.isActive ? (
        <div id={panelId} role="tabpanel" aria-label="Changes" className="flex min-h-0 min-w-0 flex-1 flex-col">
          <ErrorBoundary key={changes.tab.taskId} what="The changes">
            <ChangesPanel key={changes.tab.taskId} home="tab" taskId={changes.tab.taskId} />
          </ErrorBoundary>
        </div>
      ) : active ? (
        <div id={panelId} role="tabpanel" aria-label={active.title} className="flex min-h-0 min-w-0 flex-1 flex-col">
          <ErrorBoundary key={active.id} what="This chat">
            <ChatView key={active.id} sessionId={sessionId} chatId={active.id} hasWorktree={hasWorktree} />
          </ErrorBoundary>
        </div>
      ) : (
        <div className="grid flex-1 place-items-center">
          <EmptyState
            icon={<MessagesSquare aria-hidden />}
            title="No chat is open here"
            hint="A chat is one conversation with an agent. Closed chats keep everything."
            action={
              <>
                <Button variant="primary" busy={create.isPending} onClick={() => create.mutate()}>
                  New chat
                </Button>
                {reopen && (
                  <Button busy={reopening.isPending} onClick={reopen}>
                    Reopen “{lastClosed!.title}”
                  </Button>
                )}
              </>
            }
          />
        </div>
      )}
    </div>
  );
}
