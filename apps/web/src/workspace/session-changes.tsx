import type { Session } from "@boocode/shared/sessions/session";
import type { ChatId } from "@boocode/shared/ids";
import type { ReactNode } from "react";
import { ChangesFrameProvider } from "../changes/changes-frame.tsx";
import { useChoiceOf } from "../chats/composer/use-agent-choice.ts";
import { draftStore } from "../chats/composer/draft-store.ts";
import { turnTarget } from "../chats/transcript/turn-target.ts";
import { toChangesPath, toSessionPath } from "../sessions/session-paths.ts";
import { useOpenTasks } from "../tasks/use-open-tasks.ts";
import { navigate } from "../ui/browser/location.tsx";
import { toastNote } from "../ui/toasts/toast.ts";
import { readStored } from "../ui/browser/stored-state.ts";
import { chooseChat } from "./chosen-chat.ts";
import { useChats } from "./use-chats.ts";

const isString = (value: unknown): value is string => typeof value === "string";

type SessionChangesProps = {
  session: Session;
  /** The chat in the URL. */
  shownChat: ChatId | null;
  children: ReactNode;
};

/** Connects the changes of a session with its tabs, its chats and its running turn. */
export function SessionChanges({ session, shownChat, children }: SessionChangesProps) {
  const sessionId = session.id;
  const { data: chats } = useChats(sessionId);
  const running = useOpenTasks(sessionId).find((task) => task.state === "running");
  const open = (chats ?? []).filter((chat) => chat.closedAt === null);
  const findChat = () => chooseChat(open, shownChat, readStored(`chat.${sessionId}`, "", isString));
  const chosen = useChoiceOf(findChat());
  const compose = (text: string) => {
    const chat = findChat();
    if (!chat) return toastNote("Open a chat first, to write in");
    const before = draftStore.read(chat.id).text.trimEnd();
    draftStore.write(chat.id, before === "" ? text : `${before}\n\n${text}`);
    navigate(toSessionPath(sessionId, chat.id));
  };
  return (
    <ChangesFrameProvider
      value={{
        sessionId,
        running: running?.agent ?? null,
        chosen,
        openWide: (taskId) => navigate(toChangesPath(sessionId, taskId)),
        openTurn: (chatId, taskId) => {
          turnTarget.set({ chatId, taskId });
          navigate(toSessionPath(sessionId, chatId));
        },
        compose,
      }}
    >
      {children}
    </ChangesFrameProvider>
  );
}
