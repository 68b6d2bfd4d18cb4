import type { Chat } from "@boocode/shared/chats/chat";
import type { TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import type { ChatId, PromptId, TaskId } from "@boocode/shared/ids";
import { useEffect, useEffectEvent, useRef, useState, type RefObject } from "react";
import { AgentPickers } from "../agents/agent-pickers.tsx";
import { AgentSessionChip } from "../agents/agent-session-chip.tsx";
import { useAgents } from "../agents/use-agents.ts";
import { useAskingCounts } from "../agents/use-permissions.ts";
import { reportFailure } from "../api/failures.ts";
import { trpcClient } from "../api/trpc.ts";
import { CommentChips } from "../changes/review/comment-chips.tsx";
import { useComments } from "../changes/review/use-comments.ts";
import { BoundaryLine } from "../changes/staged/boundary-line.tsx";
import { QueueList } from "../tasks/queue-list.tsx";
import { useEditTask, useOpenTasks, useStopTask } from "../tasks/use-open-tasks.ts";
import { Announcements } from "./transcript/announcements.tsx";
import type { TranscriptSnapshot } from "./transcript/chat-transcript-store.ts";
import { Composer } from "./composer/composer.tsx";
import { draftStore, useDraft } from "./composer/draft-store.ts";
import { EmptyChat } from "./empty-chat.tsx";
import { splitWaiting } from "./transcript/split-waiting.ts";
import { findPrompt, RowMemory } from "./transcript/transcript-rows.ts";
import { TranscriptView } from "./transcript/transcript-view.tsx";
import type { TurnActions } from "./items/turn-end-item.tsx";
import { useAgentChoice } from "./composer/use-agent-choice.ts";
import { usePrompts, useReconcile } from "./use-prompts.ts";
import { useWarmUp } from "./composer/use-warm-up.ts";
import { WorkingRow } from "./transcript/working-row.tsx";

const CONTINUE = "Continue where you left off.";

type ChatBodyProps = { chat: Chat; hasWorktree: boolean; snapshot: TranscriptSnapshot; onOlder: () => void; isOffline: boolean };

/** A loaded chat: its rows, queue and composer. */
export function ChatBody({ chat, hasWorktree, snapshot, onOlder, isOffline }: ChatBodyProps) {
  const { transcript, items } = snapshot;
  const { runningTaskId } = transcript;
  const agents = useAgents();
  const [choice, setChoice] = useAgentChoice(chat);
  const { draft, shown } = useDraft(chat.id);
  const ahead = shown.length === 0 ? shown : shown.filter((attempt) => !hasPrompt(transcript.items, attempt.promptId));
  const comments = useComments(chat.sessionId);
  const prompts = usePrompts(chat.sessionId, chat.id, choice, comments);
  const [wasOffline, setWasOffline] = useState(isOffline);
  if (wasOffline !== isOffline) {
    setWasOffline(isOffline);
    // The obstacle to sending is gone.
    if (!isOffline) prompts.forgetFailure();
  }
  const openTasks = useOpenTasks(chat.sessionId);
  const stopTask = useStopTask(chat.sessionId);
  const editTask = useEditTask(chat.sessionId);
  const isAsking = useAskingCounts().ofChat(chat.id) > 0;
  const frame = useRef<HTMLDivElement>(null);
  useReconcile(chat.id, snapshot);

  const { next, queued, goesToQueue } = splitWaiting(snapshot, openTasks);
  /** The task that Stop ends: the running one, or the one about to start. */
  const currentTaskId = runningTaskId ?? next?.taskId ?? null;
  const warmUp = useWarmUp(chat.id, choice.agent, currentTaskId !== null);
  const current = openTasks.find((task) => task.id === currentTaskId);
  const workingAgent = current?.agent ?? choice.agent;
  const [stopAskedFor, setStopAskedFor] = useState<TaskId | null>(null);
  const isStopping = currentTaskId !== null && (stopAskedFor === currentTaskId || current?.stopRequestedAt != null);
  const stop = () => {
    if (currentTaskId === null || isStopping) return;
    setStopAskedFor(currentTaskId);
    stopTask.mutate(currentTaskId, { onError: () => setStopAskedFor(null) });
  };
  useEscape(frame, stop);
  const [memory] = useState(() => new RowMemory());
  const { rows, isPrepended } = memory.next({ items, all: transcript.items, next, sending: goesToQueue ? NOTHING : ahead, runningTaskId });
  const actions = useTurnActions(chat.id, transcript.items, prompts.sendText);
  const isEmpty = rows.length === 0 && snapshot.waiting.length === 0 && ahead.length === 0;

  return (
    <div ref={frame} className="@container-[size] flex h-full min-h-0 flex-col bg-canvas">
      {isEmpty ? (
        <EmptyChat agents={agents} choice={choice} onExample={(text) => void prompts.sendText(text)} />
      ) : (
        <TranscriptView
          chatId={chat.id}
          rows={rows}
          isPrepended={isPrepended}
          hasMore={snapshot.hasMore}
          older={snapshot.older}
          onOlder={onOlder}
          actions={actions}
          working={
            <WorkingRow
              agent={workingAgent}
              since={current?.startedAt ?? null}
              work={{
                phase: isStopping ? "stopping" : next ? "starting" : isAsking ? "asking" : "working",
                agentName: agents?.find((each) => each.id === workingAgent)?.name ?? workingAgent,
                step: current?.step ?? null,
                hasWorktree,
                hasBegun: items.some((item) => item.taskId === runningTaskId && item.kind !== "prompt"),
              }}
            />
          }
        />
      )}
      <Announcements items={items} />
      <div className="mx-auto w-full max-w-[780px] px-2 pb-2 sm:px-4 sm:pb-4">
        <QueueList
          chatId={chat.id}
          tasks={queued}
          sending={goesToQueue ? ahead : NOTHING}
          onStop={(task) => {
            stopTask.mutate(task.id);
            // The row disappears together with its focused button. On a phone, focusing the composer would open the keyboard.
            if (!window.matchMedia("(pointer: coarse)").matches)
              frame.current?.querySelector<HTMLElement>('textarea[aria-label="Message"]')?.focus({ preventScroll: true });
          }}
          onEdit={(task, text) => editTask.mutate({ taskId: task.id, text })}
        />
        <BoundaryLine sessionId={chat.sessionId} chosen={choice} className="px-1 pb-1.5 text-sm text-muted" />
        <Composer
          text={draft.text}
          onText={(text) => {
            prompts.forgetFailure();
            if (text.trim() !== "") warmUp();
            draftStore.write(chat.id, text);
          }}
          onSend={() => void prompts.sendDraft()}
          onStop={currentTaskId === null ? null : stop}
          isStopping={isStopping}
          failure={draft.text === "" && comments.length === 0 ? null : prompts.failure}
          context={comments.length === 0 ? null : <CommentChips sessionId={chat.sessionId} comments={comments} />}
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

const hasPrompt = (items: readonly TranscriptItem[], promptId: PromptId) =>
  items.some((item) => item.kind === "prompt" && item.promptId === promptId);

/** Stops the running task when Escape is pressed inside the chat. Popups are rendered elsewhere and handle Escape themselves. */
function useEscape(frame: RefObject<HTMLElement | null>, stop: () => void): void {
  const onEscape = useEffectEvent(stop);
  useEffect(() => {
    const element = frame.current;
    const listen = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      // React handles the event after this listener, so elements that use Escape themselves are marked in the DOM.
      if (event.target instanceof Element && event.target.closest("[data-own-escape]")) return;
      onEscape();
    };
    element?.addEventListener("keydown", listen);
    return () => element?.removeEventListener("keydown", listen);
  }, [frame]);
}

/** Continue and Retry for the last turn. Retry sends the same text as a new prompt. */
function useTurnActions(chatId: ChatId, items: readonly TranscriptItem[], sendText: (text: string) => Promise<void>): TurnActions {
  return {
    onContinue: () => void sendText(CONTINUE),
    onRetry: (end: TurnEndItem) => {
      const prompt = findPrompt(items, end.taskId);
      if (prompt) void sendText(prompt.text);
      else readPrompt(chatId, end.taskId).then((text) => void sendText(text ?? CONTINUE), reportFailure);
    },
  };
}

/** Loads the text of a prompt that is on an older page because its turn was long. */
async function readPrompt(chatId: ChatId, taskId: TaskId | null): Promise<string | undefined> {
  const tasks = await trpcClient.tasks.list.query({ chatId, limit: 50 });
  return tasks.find((task) => task.id === taskId)?.text;
}
