import type { Attachment } from "@boocode/shared/attachments/attachment";
import type { ChatId, CommentId, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import { decideReorder } from "@boocode/shared/tasks/decide-queue-change";
import type { SendPromptInput } from "@boocode/shared/tasks/task";
import { useMutation, useQuery } from "@tanstack/react-query";
import { reportFailure } from "../api/faults/failures.ts";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { useUnconfirmed } from "../api/unconfirmed.ts";
import { toastNote } from "../ui/toasts/toast.ts";
import { newPromptId } from "./new-prompt-id.ts";
import { repeatPrompt, type RepeatedPrompt } from "./repeat-prompt.ts";

const openTasks = (sessionId: SessionId) => trpc.tasks.list.queryOptions({ sessionId, states: ["queued", "running"], limit: 100 });

/** The queued and running tasks of a session: the running one, then the queue in its order; empty until they are loaded. */
export function useOpenTasks(sessionId: SessionId) {
  const { data = [] } = useQuery(openTasks(sessionId));
  const tasks = useUnconfirmed(moveKey(sessionId), data, applyMove);
  return tasks.toSorted((a, b) => Number(a.state === "queued") - Number(b.state === "queued") || a.position - b.position);
}

/** Reads the data of {@link useOpenTasks} anew: what the page knows may be a moment old. */
export const readOpenTasks = (sessionId: SessionId) => queryClient.fetchQuery({ ...openTasks(sessionId), staleTime: 0 });

/** Prefetches the data of {@link useOpenTasks}. */
export function prefetchOpenTasks(sessionId: SessionId): void {
  void queryClient.prefetchQuery(openTasks(sessionId));
}

export type OpenTask = Awaited<ReturnType<typeof trpcClient.tasks.list.query>>[number];

/** Stops a task. One that has not begun ends at once, a running one when its agent has stopped. */
export function useStopTask(sessionId: SessionId) {
  return useMutation({
    mutationFn: (taskId: TaskId) => trpcClient.tasks.cancel.mutate({ taskId }),
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

const toNamed = (attachments: readonly Attachment[]) => attachments.map(({ blobId, name }) => ({ blobId, name }));

/** Replaces the text and the files of a waiting prompt. */
export function useEditTask(sessionId: SessionId) {
  return useMutation({
    mutationFn: ({ attachments, ...edit }: { taskId: TaskId; text: string; attachments: readonly Attachment[] }) =>
      trpcClient.tasks.edit.mutate({ ...edit, attachments: toNamed(attachments) }),
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

/** Where a prompt is to go in the queue. */
export type QueueMove = { taskId: TaskId; before: TaskId } | { taskId: TaskId; after: TaskId };

const moveKey = (sessionId: SessionId) => ["moveTask", sessionId] as const;

/** Moves a waiting prompt next to another one. Shown at once, because the daemon decides the same. */
export function useMoveTask(sessionId: SessionId) {
  return useMutation({
    mutationKey: moveKey(sessionId),
    mutationFn: (move: QueueMove) => trpcClient.tasks.reorder.mutate(move),
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

function applyMove(tasks: OpenTask[], move: QueueMove): OpenTask[] {
  const moved = tasks.find(({ id }) => id === move.taskId);
  const isBefore = "before" in move;
  const anchor = tasks.find(({ id }) => id === (isBefore ? move.before : move.after));
  if (!moved || !anchor) return tasks;
  const decision = decideReorder(tasks, moved, { next: isBefore ? "before" : "after", anchor });
  if (decision.kind === "refuse") return tasks;
  const places = new Map(decision.changed.map(({ id, position }) => [id, position]));
  return tasks.map((task) => ({ ...task, position: places.get(task.id) ?? task.position }));
}

/** Removes a waiting prompt, and offers to bring it back to its place. Never stops a turn. */
export function useRemoveTask(sessionId: SessionId) {
  const { mutate: send } = useSendPrompt(sessionId);
  return useMutation({
    mutationFn: (task: OpenTask) => trpcClient.tasks.unqueue.mutate({ taskId: task.id }),
    onSuccess: (_, task) => {
      const { id: again, chatId, agent, model, mode } = task;
      const prompt = { promptId: newPromptId(), chatId, agent, model, mode, ...repeatPrompt(task), again };
      toastNote("Removed from the queue", { label: "Undo", onClick: () => send(prompt, { onError: reportFailure }) });
    },
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

/** Puts a waiting prompt first and stops the turn `interrupts`, so that it runs now. */
export function useSendNow(sessionId: SessionId) {
  return useMutation({
    mutationFn: (input: { taskId: TaskId; interrupts?: TaskId }) => trpcClient.tasks.sendNow.mutate(input),
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

/** Lets a waiting prompt run although a budget is used up. */
export function useSendAnyway(sessionId: SessionId) {
  return useMutation({
    mutationFn: (taskId: TaskId) => trpcClient.tasks.sendAnyway.mutate({ taskId }),
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

/** Gives the running turn `taskId` a message of the person. The caller reports failures. */
export function useSteer(sessionId: SessionId) {
  return useMutation({
    mutationFn: (input: { taskId: TaskId; promptId: PromptId; text: string; commentIds?: CommentId[] }) =>
      trpcClient.tasks.steer.mutate(input),
    onSuccess: () => queryClient.invalidateQueries(openTasks(sessionId)),
    meta: { ownWords: true },
  });
}

/** The input for sending a prompt. */
export interface Prompt extends RepeatedPrompt {
  promptId: PromptId;
  chatId: ChatId;
  agent: string;
  model: string;
  mode: string;
  commentIds?: CommentId[];
  /** The removed prompt that this one brings back. */
  again?: TaskId;
}

/** Sends a prompt. Repeating a `promptId` sends no second prompt, so a lost answer does no harm. The caller reports failures. */
export function useSendPrompt(sessionId: SessionId) {
  return useMutation({
    mutationFn: ({ agent, attachments, ...prompt }: Prompt) =>
      trpcClient.tasks.send.mutate({
        ...prompt,
        agent: agent as SendPromptInput["agent"],
        ...(attachments === undefined ? {} : { attachments: toNamed(attachments) }),
      }),
    onSuccess: () => queryClient.invalidateQueries(openTasks(sessionId)),
    meta: { ownWords: true },
  });
}
