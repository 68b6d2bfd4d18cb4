import type { ChatId, CommentId, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import type { SendPromptInput } from "@boocode/shared/tasks/task";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

const openTasks = (sessionId: SessionId) => trpc.tasks.list.queryOptions({ sessionId, states: ["queued", "running"], limit: 100 });

/** The queued and running tasks of a session, in order of acceptance; empty until they are loaded. */
export function useOpenTasks(sessionId: SessionId) {
  const { data } = useQuery(openTasks(sessionId));
  return data?.toSorted((a, b) => a.acceptedSeq - b.acceptedSeq) ?? [];
}

/** Prefetches the data of {@link useOpenTasks}. */
export function prefetchOpenTasks(sessionId: SessionId): void {
  void queryClient.prefetchQuery(openTasks(sessionId));
}

export type OpenTask = ReturnType<typeof useOpenTasks>[number];

/** Stops a task. A queued task ends at once, a running one when its agent has stopped. */
export function useStopTask(sessionId: SessionId) {
  return useMutation({
    mutationFn: (taskId: TaskId) => trpcClient.tasks.cancel.mutate({ taskId }),
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

/** Replaces the text of a waiting prompt. */
export function useEditTask(sessionId: SessionId) {
  return useMutation({
    mutationFn: (input: { taskId: TaskId; text: string }) => trpcClient.tasks.edit.mutate(input),
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

/** The input for sending a prompt. */
export interface Prompt {
  promptId: PromptId;
  chatId: ChatId;
  agent: string;
  model: string;
  mode: string;
  text: string;
  commentIds?: CommentId[];
}

/** Sends a prompt. Repeating a `promptId` sends no second prompt, so a lost answer does no harm. The caller reports failures. */
export function useSendPrompt(sessionId: SessionId) {
  return useMutation({
    mutationFn: ({ agent, ...prompt }: Prompt) => trpcClient.tasks.send.mutate({ ...prompt, agent: agent as SendPromptInput["agent"] }),
    onSuccess: () => queryClient.invalidateQueries(openTasks(sessionId)),
    meta: { ownWords: true },
  });
}
