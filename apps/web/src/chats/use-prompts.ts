import type { ChatId, PromptId, SessionId } from "@boocode/shared/ids";
import { useEffect, useState } from "react";
import { explainError, faultOf, type Explanation } from "../api/explain-fault.ts";
import { reportFailure } from "../api/failures.ts";
import type { AgentChoice } from "../agents/agent-pickers.tsx";
import { newPromptId } from "../tasks/new-prompt-id.ts";
import { useSendPrompt } from "../tasks/use-open-tasks.ts";
import type { TranscriptSnapshot } from "./transcript/chat-transcript-store.ts";
import { draftStore } from "./composer/draft-store.ts";

/** Everything a chat sends: what is in the composer, and prompts made for the person. */
export function usePrompts(sessionId: SessionId, chatId: ChatId, choice: AgentChoice) {
  const { mutateAsync } = useSendPrompt(sessionId);
  const [failure, setFailure] = useState<Explanation | null>(null);

  const deliver = async (attempt: { promptId: PromptId; text: string }, onFailed: (words: Explanation, error: unknown) => void) => {
    try {
      await mutateAsync({ ...choice, ...attempt, chatId });
      draftStore.accepted(chatId, attempt.promptId);
    } catch (error) {
      draftStore.failed(chatId, attempt.promptId);
      // Accepted with other words before: what is in the composer is a prompt of its own.
      if (faultOf(error)?.kind === "prompt_conflict") draftStore.known(chatId, new Set([attempt.promptId]));
      onFailed(explainError(error), error);
    }
  };

  return {
    failure,
    forgetFailure: () => setFailure(null),
    /** Sends what is in the composer. It comes back if that fails. */
    sendDraft: async () => {
      setFailure(null);
      await deliver(draftStore.begin(chatId, newPromptId), setFailure);
    },
    /** Sends a text as a new prompt, past the composer. */
    sendText: async (text: string) => {
      const attempt = { promptId: newPromptId(), text };
      draftStore.show(chatId, attempt);
      await deliver(attempt, (_, error) => reportFailure(error));
    },
  };
}

/** Lets go of prompts that the transcript has, whatever became of their answers. */
export function useReconcile(chatId: ChatId, { transcript, phase }: TranscriptSnapshot): void {
  const { items } = transcript;
  useEffect(() => {
    if (phase !== "ready") return;
    const { sending, retry } = draftStore.read(chatId);
    const wanted = new Set([...sending, ...draftStore.shown(chatId), ...(retry ? [retry] : [])].map((attempt) => attempt.promptId));
    if (wanted.size === 0) return;
    const known = new Set<PromptId>();
    for (const item of items) if (item.kind === "prompt" && wanted.has(item.promptId)) known.add(item.promptId);
    if (known.size > 0) draftStore.known(chatId, known);
  }, [chatId, items, phase]);
}
