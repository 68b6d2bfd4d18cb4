import type { Chat } from "@boocode/shared/chats/chat";
import { useQuery } from "@tanstack/react-query";
import type { SendAttempt } from "./composer/draft.ts";
import { trpc } from "../api/trpc.ts";
import { QueueList } from "../tasks/queue/queue-list.tsx";
import { useEditTask, useMoveTask, useRemoveTask, useSendAnyway, useSendNow, type OpenTask } from "../tasks/use-open-tasks.ts";

type ChatQueueProps = {
  chat: Chat;
  /** The chat's waiting prompts, in order. */
  queued: readonly OpenTask[];
  /** All open tasks of the session. */
  openTasks: readonly OpenTask[];
  sending: readonly SendAttempt[];
  /** The focused row has gone. */
  onFocusLost: () => void;
};

/** The prompts of a chat that wait, above its composer. */
export function ChatQueue({ chat, queued, openTasks, sending, onFocusLost }: ChatQueueProps) {
  const chats = useQuery(trpc.chats.list.queryOptions({ sessionId: chat.sessionId }));
  const edit = useEditTask(chat.sessionId);
  const remove = useRemoveTask(chat.sessionId);
  const move = useMoveTask(chat.sessionId);
  const sendNow = useSendNow(chat.sessionId);
  const sendAnyway = useSendAnyway(chat.sessionId);
  const running = openTasks.find((task) => task.state === "running");
  const titleOf = (task: OpenTask) => chats.data?.find(({ id }) => id === task.chatId)?.title ?? "another chat";
  return (
    <QueueList
      chatId={chat.id}
      tasks={queued}
      running={running ? { chatId: running.chatId, chatTitle: titleOf(running) } : null}
      sending={sending}
      onEdit={(task, text, attachments) => edit.mutate({ taskId: task.id, text, attachments })}
      onMove={(place) => move.mutate(place)}
      onSendNow={(task) => {
        if (task.overBudget) sendAnyway.mutate(task.id);
        else sendNow.mutate({ taskId: task.id, ...(running ? { interrupts: running.id } : {}) });
        onFocusLost();
      }}
      onRemove={(task) => {
        remove.mutate(task);
        onFocusLost();
      }}
    />
  );
}
