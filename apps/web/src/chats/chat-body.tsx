import type { SlashMeaning } from "@boocode/shared/agents/commands/decide-slash";
import type { Chat } from "@boocode/shared/chats/chat";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { PromptId, TaskId } from "@boocode/shared/ids";
import type { WorktreeAdoption } from "@boocode/shared/worktrees/worktree";
import { useEffect, useEffectEvent, useRef, useState, type RefObject } from "react";
import { AgentPickers } from "../agents/agent-pickers.tsx";
import { useAgents } from "../agents/use-agents.ts";
import { useAskingCounts } from "../agents/use-permissions.ts";
import { AttachButton } from "../attachments/attach-button.tsx";
import { DropZone } from "../attachments/drop-zone.tsx";
import { FileChips } from "../attachments/file-chips.tsx";
import { GivingLine } from "../attachments/giving-line.tsx";
import { useAttaching } from "../attachments/use-attaching.ts";
import { CommentChips } from "../changes/review/comment-chips.tsx";
import { useComments } from "../changes/review/use-comments.ts";
import { BoundaryLine } from "../changes/staged/boundary-line.tsx";
import { useOpenTasks, useStopTask } from "../tasks/use-open-tasks.ts";
import { BudgetNotice } from "../usage/budget-notice.tsx";
import { Announcements } from "./transcript/announcements.tsx";
import type { TranscriptSnapshot } from "./transcript/chat-transcript-store.ts";
import { Composer } from "./composer/composer.tsx";
import { HandoffChip } from "./composer/handoff-chip.tsx";
import { draftStore, useDraft } from "./composer/draft-store.ts";
import { ChatQueue } from "./chat-queue.tsx";
import { ComposerTarget, type WriteToComposer } from "./items/composer-target.ts";
import { EmptyChat } from "./empty-chat.tsx";
import { splitWaiting } from "./transcript/split-waiting.ts";
import { RowMemory } from "./transcript/transcript-rows.ts";
import { TranscriptView } from "./transcript/transcript-view.tsx";
import { SEND_HINTS, SendChoice } from "./composer/send-choice.tsx";
import { useSlash } from "./composer/menu/use-slash.ts";
import { decideSendWays, type SendWay, useSendWay } from "./composer/send-way.ts";
import { useAgentChoice } from "./composer/use-agent-choice.ts";
import { useTurnActions } from "./use-turn-actions.ts";
import { usePrompts, useReconcile } from "./use-prompts.ts";
import { useWarmUp } from "./composer/use-warm-up.ts";
import { WorkingRow } from "./transcript/working-row.tsx";

type ChatBodyProps = {
  chat: Chat;
  hasWorktree: boolean;
  adopted: WorktreeAdoption | null;
  snapshot: TranscriptSnapshot;
  onOlder: () => void;
  isOffline: boolean;
};

/** A loaded chat: its rows, queue and composer. */
export function ChatBody({ chat, hasWorktree, adopted, snapshot, onOlder, isOffline }: ChatBodyProps) {
  const { transcript, items } = snapshot;
  const { runningTaskId } = transcript;
  const agents = useAgents();
  const [choice, setChoice] = useAgentChoice(chat);
  const { draft, shown } = useDraft(chat.id);
  const ahead = shown.length === 0 ? shown : shown.filter((attempt) => !hasPrompt(transcript.items, attempt.promptId));
  const comments = useComments(chat.sessionId);
  const { attachments } = draft;
  const attaching = useAttaching({ chatId: chat.id, files: attachments, onStored: (file) => draftStore.attach(chat.id, file) });
  const hasContext = comments.length + attachments.length + attaching.uploads.length > 0;
  const prompts = usePrompts(chat.sessionId, chat.id, choice, comments);
  const [wasOffline, setWasOffline] = useState(isOffline);
  if (wasOffline !== isOffline) {
    setWasOffline(isOffline);
    // The obstacle to sending is gone.
    if (!isOffline) prompts.forgetFailure();
  }
  const openTasks = useOpenTasks(chat.sessionId);
  const stopTask = useStopTask(chat.sessionId);
  const isAsking = useAskingCounts().ofChat(chat.id) > 0;
  const frame = useRef<HTMLDivElement>(null);
  useReconcile(chat.id, snapshot);

  const { next, queued, goesToQueue } = splitWaiting(snapshot, openTasks);
  /** The task that Stop ends: the running one, or the one about to start. */
  const currentTaskId = runningTaskId ?? next?.taskId ?? null;
  const warmUp = useWarmUp(chat.id, choice.agent, currentTaskId !== null);
  const current = openTasks.find((task) => task.id === currentTaskId);
  const [sendWay, setSendWay] = useSendWay();
  const ways = decideSendWays(sendWay, current?.canSteer ?? false);
  const agent = agents?.find((each) => each.id === choice.agent);
  const agentName = agent?.name ?? choice.agent;
  const slash = useSlash({ chat, agent: choice.agent, agentName }, draft.text);
  const workingAgent = current?.agent ?? choice.agent;
  const working = agents?.find((each) => each.id === workingAgent);
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
  const actions = useTurnActions({ chatId: chat.id, items: transcript.items, openTasks, agents, setChoice, sendText: prompts.sendText });
  const isEmpty = rows.length === 0 && snapshot.waiting.length === 0 && ahead.length === 0;

  const write: WriteToComposer = (text, files = []) => {
    draftStore.add(chat.id, text, files);
    const field = frame.current?.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message"]');
    // The text is there after the next render.
    requestAnimationFrame(() => {
      field?.focus({ preventScroll: true });
      field?.setSelectionRange(field.value.length, field.value.length);
    });
  };

  return (
    <ComposerTarget value={write}>
      <div ref={frame} className="@container-[size] relative flex h-full min-h-0 flex-col bg-canvas">
        <DropZone target={frame} onFiles={attaching.addFrom} />
        {isEmpty ? (
          <EmptyChat agents={agents} choice={choice} adopted={adopted} onExample={(text) => void prompts.sendText(text)} />
        ) : (
          <TranscriptView
            chatId={chat.id}
            items={items}
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
                  agentName: working?.name ?? workingAgent,
                  transport: working?.transport ?? null,
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
          <BudgetNotice sessionId={chat.sessionId} />
          <ChatQueue
            chat={chat}
            queued={queued}
            openTasks={openTasks}
            sending={goesToQueue ? ahead : NOTHING}
            onFocusLost={() => {
              // On a phone, focusing the composer would open the keyboard.
              if (!window.matchMedia("(pointer: coarse)").matches)
                frame.current?.querySelector<HTMLElement>('textarea[aria-label="Message"]')?.focus({ preventScroll: true });
            }}
          />
          <BoundaryLine sessionId={chat.sessionId} chosen={choice} className="px-1 pb-1.5 text-sm text-muted" />
          <GivingLine agent={agent} model={choice.model} files={attachments} className="px-1 pb-1.5 text-sm text-muted" />
          <Composer
            text={draft.text}
            onText={(text) => {
              prompts.forgetFailure();
              if (text.trim() !== "") warmUp();
              draftStore.write(chat.id, text);
            }}
            onSend={(isOther) =>
              void prompts.sendDraft(
                toDelivery(slash.settle(), isOther ? ways.other : ways.way, { turn: runningTaskId, hasFiles: attachments.length > 0 }),
              )
            }
            sessionId={chat.sessionId}
            suggestSlash={slash.suggest}
            outcome={slash.words}
            placeholder={runningTaskId !== null ? SEND_HINTS[ways.way] : currentTaskId !== null ? SEND_HINTS.queue : "What should be done?"}
            sendChoice={runningTaskId === null ? null : <SendChoice ways={ways} onChoose={setSendWay} />}
            onStop={currentTaskId === null ? null : stop}
            isStopping={isStopping}
            failure={draft.text === "" && !hasContext ? null : prompts.failure}
            blocked={attaching.blocked}
            onPaste={attaching.onPaste}
            history={() => listPrompts(transcript.items)}
            context={
              hasContext ? (
                <>
                  <FileChips
                    files={attachments}
                    onRemove={(place) => draftStore.detach(chat.id, place)}
                    uploads={attaching.uploads}
                    onRetry={attaching.retry}
                    onDrop={attaching.drop}
                  />
                  <CommentChips sessionId={chat.sessionId} comments={comments} />
                </>
              ) : null
            }
            toolbar={
              <>
                <AttachButton onFiles={attaching.add} />
                <AgentPickers agents={agents ?? []} choice={choice} onChange={setChoice} />
                <HandoffChip chat={chat} agent={choice.agent} text={draft.text} />
              </>
            }
          />
        </div>
      </div>
    </ComposerTarget>
  );
}

/** The texts of the loaded prompts, the newest first, each once. */
function listPrompts(items: readonly TranscriptItem[]): string[] {
  const texts = items.flatMap((item) => (item.kind === "prompt" && item.text.trim() !== "" ? [item.text] : []));
  return [...new Set(texts.toReversed())];
}

/**
 * Decides how a message is sent. A command of the agent's own, or a skill, is a turn of its own: as words in the middle of one it would be
 * text. So is one with files: only words can be given to a turn that runs.
 */
async function toDelivery(meaning: Promise<SlashMeaning>, way: SendWay, { turn, hasFiles }: { turn: TaskId | null; hasFiles: boolean }) {
  const { kind, ...named } = await meaning;
  const isCall = kind === "command" || kind === "skill";
  return {
    during: turn === null ? null : { way: way === "steer" && (isCall || hasFiles) ? ("queue" as const) : way, turn },
    skill: kind === "skill" && "name" in named ? named.name : null,
  };
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
