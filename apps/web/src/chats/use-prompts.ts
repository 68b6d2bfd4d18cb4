import { addComments } from "@boocode/shared/changes/review/add-comments";
import type { LineComment } from "@boocode/shared/changes/review/line-comment";
import type { ChatId, CommentId, PromptId, SessionId } from "@boocode/shared/ids";
import { useEffect, useState } from "react";
import { explainError, faultOf, type Explanation } from "../api/explain-fault.ts";
import { reportFailure } from "../api/failures.ts";
import type { AgentChoice } from "../agents/agent-pickers.tsx";
import { newPromptId } from "../tasks/new-prompt-id.ts";
import { useSendPrompt } from "../tasks/use-open-tasks.ts";
import type { TranscriptSnapshot } from "./transcript/chat-transcript-store.ts";
import { draftStore } from "./composer/draft-store.ts";

/** Comments that go with prompts which are not known to be accepted. */
const carried = new Map<PromptId, { text: string; commentIds: CommentId[] }>();

/** Sends a chat's prompts: the composer's text with the comments on changed lines, and prompts made for the person. */
export function usePrompts(sessionId: SessionId, chatId: ChatId, choice: AgentChoice, comments: readonly LineComment[]) {
  const { mutateAsync } = useSendPrompt(sessionId);
  const [failure, setFailure] = useState<Explanation | null>(null);

  const deliver = async (attempt: { promptId: PromptId; text: string }, onFailed: (words: Explanation, error: unknown) => void) => {
    try {
      await mutateAsync({ ...choice, ...attempt, chatId, ...carried.get(attempt.promptId) });
      carried.delete(attempt.promptId);
      draftStore.accepted(chatId, attempt.promptId);
    } catch (error) {
      draftStore.failed(chatId, attempt.promptId);
      // This id was accepted with another text, so the composer's text is a new prompt.
      if (faultOf(error)?.kind === "prompt_conflict") draftStore.known(chatId, new Set([attempt.promptId]));
      onFailed(explainError(error), error);
    }
  };

  return {
    failure,
    forgetFailure: () => setFailure(null),
    /** Sends the composer's text, which returns to the composer if sending fails. */
    sendDraft: async () => {
      setFailure(null);
      const attempt = draftStore.begin(chatId, newPromptId);
      // A prompt that is sent again is the same prompt, so it carries the same comments.
      if (comments.length > 0 && !carried.has(attempt.promptId))
        carried.set(attempt.promptId, { text: addComments(attempt.text, comments), commentIds: comments.map(({ id }) => id) });
      await deliver(attempt, setFailure);
    },
    /** Sends a text as a new prompt without using the composer. */
    sendText: async (text: string) => {
      const attempt = { promptId: newPromptId(), text };
      draftStore.show(chatId, attempt);
      await deliver(attempt, (_, error) => reportFailure(error));
    },
  };
}

/** Removes prompts from the draft once the transcript has them, even if their answers were lost. */
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
