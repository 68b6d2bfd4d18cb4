import type { Session } from "@boocode/shared/sessions/session";
import type { ReactNode } from "react";
import { ChangesFrameProvider } from "../changes/changes-frame.tsx";
import { draftStore } from "../chats/composer/draft-store.ts";
import { turnTarget } from "../chats/transcript/turn-target.ts";
import { toChangesPath, toSessionPath } from "../sessions/session-paths.ts";
import { useOpenTasks } from "../tasks/use-open-tasks.ts";
import { navigate } from "../ui/browser/location.tsx";
import { readStored } from "../ui/browser/stored-state.ts";
import { chooseChat } from "./chosen-chat.ts";
import { useChats } from "./use-chats.ts";

const isString = (value: unknown): value is string => typeof value === "string";

/** Connects the changes of a session with its tabs, its chats and its running turn. */
export function SessionChanges({ session, children }: { session: Session; children: ReactNode }) {
  const sessionId = session.id;
  const { data: chats } = useChats(sessionId);
  const running = useOpenTasks(sessionId).find((task) => task.state === "running");
  const compose = (text: string) => {
    const open = (chats ?? []).filter((chat) => chat.closedAt === null);
    const chat = chooseChat(open, null, readStored(`chat.${sessionId}`, "", isString));
    if (!chat) return;
    const before = draftStore.read(chat.id).text.trimEnd();
    draftStore.write(chat.id, before === "" ? text : `${before}\n\n${text}`);
    navigate(toSessionPath(sessionId, chat.id));
  };
  return (
    <ChangesFrameProvider
      value={{
        sessionId,
        running: running?.agent ?? null,
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
