import type { Session } from "@boocode/shared/sessions/session";
import type { ChatId } from "@boocode/shared/ids";
import type { ReactNode } from "react";
import { reportFailure } from "../api/faults/failures.ts";
import { ChangesFrameProvider } from "../changes/changes-frame.tsx";
import { useChoiceOf } from "../chats/composer/use-agent-choice.ts";
import { draftStore } from "../chats/composer/draft-store.ts";
import { turnTarget } from "../chats/transcript/turn-target.ts";
import { toChangesPath, toSessionPath } from "../sessions/session-paths.ts";
import { newPromptId } from "../tasks/new-prompt-id.ts";
import { useOpenTasks, useSendPrompt } from "../tasks/use-open-tasks.ts";
import { navigate } from "../ui/browser/location.tsx";
import { toastNote } from "../ui/toasts/toast.ts";
import { readStored } from "../ui/browser/stored-state.ts";
import { chooseChat } from "./layout/chosen-chat.ts";
import { useChats } from "./use-chats.ts";

const isString = (value: unknown): value is string => typeof value === "string";

type SessionChangesProps = {
  session: Session;
  /** The chat in the URL. */
  shownChat: ChatId | null;
  /** Shows a file in the code tab. */
  openFile: (path: string) => void;
  children: ReactNode;
};

/** Connects the changes of a session with its tabs, its chats and its running turn. */
export function SessionChanges({ session, shownChat, openFile, children }: SessionChangesProps) {
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
  const sending = useSendPrompt(sessionId);
  const send = (text: string) => {
    const chat = findChat();
    if (!chat || !chosen) return toastNote("Open a chat first, to send it in");
    const prompt = { promptId: newPromptId(), chatId: chat.id, text, ...chosen };
    sending.mutate(prompt, { onSuccess: () => navigate(toSessionPath(sessionId, chat.id)), onError: reportFailure });
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
        send,
        openFile,
      }}
    >
      {children}
    </ChangesFrameProvider>
  );
}
