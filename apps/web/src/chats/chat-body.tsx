import type { Chat } from "@boocode/shared/chats/chat";
import type { TurnEndItem } from "@boocode/shared/chats/transcript";
import type { ChatId, TaskId } from "@boocode/shared/ids";
import { useMemo, useRef, useState } from "react";
import { AgentPickers } from "../agents/agent-pickers.tsx";
import { AgentSessionChip } from "../agents/agent-session-chip.tsx";
import { useAgents } from "../agents/use-agents.ts";
import { reportFailure } from "../api/failures.ts";
import { trpcClient } from "../api/trpc.ts";
import { QueueList } from "../tasks/queue-list.tsx";
import { useEditTask, useOpenTasks, useStopTask } from "../tasks/use-open-tasks.ts";
import { Announcements } from "./announcements.tsx";
import type { TranscriptSnapshot } from "./chat-transcript-store.ts";
import { Composer } from "./composer.tsx";
import { ComposerNotice } from "./composer-notice.tsx";
import { draftStore, useDraft } from "./draft-store.ts";
import { EmptyChat } from "./empty-chat.tsx";
import { toRows, type TranscriptRow } from "./transcript-rows.ts";
import { TranscriptView } from "./transcript-view.tsx";
import type { TurnActions } from "./turn-end-item.tsx";
import { useAgentChoice } from "./use-agent-choice.ts";
import { usePrompts, useReconcile } from "./use-prompts.ts";
import { WorkingRow } from "./working-row.tsx";

const CONTINUE = "Continue where you left off.";

type ChatBodyProps = { chat: Chat; snapshot: TranscriptSnapshot; onOlder: () => void; isOffline: boolean };

/** A chat that has been read: rows, queue and composer. */
export function ChatBody({ chat, snapshot, onOlder, isOffline }: ChatBodyProps) {
  const { transcript, items, waiting } = snapshot;
  const { runningTaskId } = transcript;
  const agents = useAgents();
  const [choice, setChoice] = useAgentChoice(chat);
  const { draft, shown } = useDraft(chat.id);
  const prompts = usePrompts(chat.sessionId, chat.id, choice);
  const openTasks = useOpenTasks(chat.sessionId);
  const stopTask = useStopTask(chat.sessionId);
  const editTask = useEditTask(chat.sessionId);
  useReconcile(chat.id, snapshot);

  const running = openTasks.find((task) => task.id === runningTaskId);
  const [stopAskedFor, setStopAskedFor] = useState<TaskId | null>(null);
  const isStopping = runningTaskId !== null && (stopAskedFor === runningTaskId || running?.stopRequestedAt != null);
  const stop = () => {
    if (runningTaskId === null || isStopping) return;
    setStopAskedFor(runningTaskId);
    stopTask.mutate(runningTaskId, { onError: () => setStopAskedFor(null) });
  };

  const queued = openTasks.filter((task) => task.chatId === chat.id && task.state === "queued" && waiting.includes(task.id));
  const goesToQueue = runningTaskId !== null || waiting.length > 0;
  const rows = useRows(items, goesToQueue ? NOTHING : shown, runningTaskId);
  const actions = useTurnActions(chat.id, snapshot, prompts.sendText);
  const isEmpty = rows.length === 0 && waiting.length === 0;

  return (
    <div
      className="@container-[size] flex h-full min-h-0 flex-col bg-canvas"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented || runningTaskId === null || event.nativeEvent.isComposing) return;
        // Popups are children here but stand elsewhere in the page: their Escape is their own.
        if (!(event.target instanceof Node) || !event.currentTarget.contains(event.target)) return;
        event.preventDefault();
        stop();
      }}
    >
      {isEmpty ? (
        <EmptyChat agents={agents} choice={choice} onExample={(text) => void prompts.sendText(text)} />
      ) : (
        <TranscriptView
          chatId={chat.id}
          rows={rows}
          isPrepended={snapshot.isPrepended}
          hasMore={snapshot.hasMore}
          older={snapshot.older}
          onOlder={onOlder}
          actions={actions}
          working={<WorkingRow agent={running?.agent ?? choice.agent} since={running?.startedAt ?? null} isStopping={isStopping} />}
        />
      )}
      <Announcements items={items} />
      <div className="mx-auto w-full max-w-[780px] px-2 pb-2 sm:px-4 sm:pb-4">
        <QueueList
          chatId={chat.id}
          tasks={queued}
          sending={goesToQueue ? shown : NOTHING}
          onStop={(task) => stopTask.mutate(task.id)}
          onEdit={(task, text) => editTask.mutate({ taskId: task.id, text })}
        />
        <Composer
          text={draft.text}
          onText={(text) => {
            prompts.forgetFailure();
            draftStore.write(chat.id, text);
          }}
          onSend={() => void prompts.sendDraft()}
          onStop={runningTaskId === null ? null : stop}
          isStopping={isStopping}
          notice={<ComposerNotice failure={prompts.failure} isOffline={isOffline} />}
          toolbar={
            <>
              <AgentPickers agents={agents ?? []} choice={choice} onChange={setChoice} />
              <AgentSessionChip sessionId={chat.sessionId} chatId={chat.id} agent={choice.agent} />
            </>
          }
        />
      </div>
    </div>
  );
}

const NOTHING: readonly never[] = [];

/** Rows that keep their identity from one moment to the next. */
function useRows(items: TranscriptSnapshot["items"], sending: Parameters<typeof toRows>[0]["sending"], runningTaskId: TaskId | null) {
  const previous = useRef<readonly TranscriptRow[]>([]);
  const rows = useMemo(() => {
    const next = toRows({ items, sending, runningTaskId }, previous.current);
    previous.current = next;
    return next;
  }, [items, sending, runningTaskId]);
  return rows;
}

/** Continue and Retry of the last turn. Retry sends the same words as a new prompt. */
function useTurnActions(chatId: ChatId, { items }: TranscriptSnapshot, sendText: (text: string) => Promise<void>): TurnActions {
  return {
    onContinue: () => void sendText(CONTINUE),
    onRetry: (end: TurnEndItem) => {
      const prompt = items.find((item) => item.kind === "prompt" && item.taskId === end.taskId);
      if (prompt?.kind === "prompt") void sendText(prompt.text);
      else readPrompt(chatId, end.taskId).then((text) => void sendText(text ?? CONTINUE), reportFailure);
    },
  };
}

/** The words of a prompt whose page is not here: its turn was long. */
async function readPrompt(chatId: ChatId, taskId: TaskId | null): Promise<string | undefined> {
  const tasks = await trpcClient.tasks.list.query({ chatId, limit: 50 });
  return tasks.find((task) => task.id === taskId)?.text;
}
