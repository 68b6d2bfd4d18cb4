import type { ChatId, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import type { SendPromptInput } from "@boocode/shared/tasks/task";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

const openTasks = (sessionId: SessionId) => trpc.tasks.list.queryOptions({ sessionId, states: ["queued", "running"], limit: 100 });

/** What is queued or running in a session, in the order of acceptance; empty until it is known. */
export function useOpenTasks(sessionId: SessionId) {
  const { data } = useQuery(openTasks(sessionId));
  return data?.toSorted((a, b) => a.acceptedSeq - b.acceptedSeq) ?? [];
}

/** Asks for what {@link useOpenTasks} will show. */
export function prefetchOpenTasks(sessionId: SessionId): void {
  void queryClient.prefetchQuery(openTasks(sessionId));
}

export type OpenTask = ReturnType<typeof useOpenTasks>[number];

/** Asks for a task to end. A queued one ends at once; a running one when its agent has stopped. */
export function useStopTask(sessionId: SessionId) {
  return useMutation({
    mutationFn: (taskId: TaskId) => trpcClient.tasks.cancel.mutate({ taskId }),
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

/** Replaces the text of a prompt that still waits. */
export function useEditTask(sessionId: SessionId) {
  return useMutation({
    mutationFn: (input: { taskId: TaskId; text: string }) => trpcClient.tasks.edit.mutate(input),
    onSettled: () => queryClient.invalidateQueries(openTasks(sessionId)),
  });
}

/** A prompt as a chat sends it. */
export interface Prompt {
  promptId: PromptId;
  chatId: ChatId;
  agent: string;
  model: string;
  mode: string;
  text: string;
}

/** Sends a prompt. The same `promptId` again is the same prompt, so a lost answer does no harm. Failures are the caller's to tell. */
export function useSendPrompt(sessionId: SessionId) {
  return useMutation({
    mutationFn: ({ promptId, chatId, agent, model, mode, text }: Prompt) =>
      trpcClient.tasks.send.mutate({ promptId, chatId, agent: agent as SendPromptInput["agent"], model, mode, text }),
    onSuccess: () => queryClient.invalidateQueries(openTasks(sessionId)),
    meta: { ownWords: true },
  });
}
