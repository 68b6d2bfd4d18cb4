import type { Attachment } from "@boocode/shared/attachments/attachment";
import { addComments } from "@boocode/shared/changes/review/add-comments";
import type { LineComment } from "@boocode/shared/changes/review/line-comment";
import type { ChatId, CommentId, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import { useEffect, useState } from "react";
import { explainError, faultOf, type Explanation } from "../api/faults/explain-fault.ts";
import { reportFailure } from "../api/faults/failures.ts";
import type { AgentChoice } from "../agents/agent-pickers.tsx";
import { newPromptId } from "../tasks/new-prompt-id.ts";
import { useSendNow, useSendPrompt, useSteer } from "../tasks/use-open-tasks.ts";
import { toastNote } from "../ui/toasts/toast.ts";
import type { TranscriptSnapshot } from "./transcript/chat-transcript-store.ts";
import type { SendAttempt } from "./composer/draft.ts";
import { draftStore } from "./composer/draft-store.ts";
import { SendOrder } from "./composer/send-order.ts";
import type { SendWay } from "./composer/send-way.ts";

/** Comments that go with prompts which are not known to be accepted. */
const carried = new Map<PromptId, { text: string; commentIds: CommentId[] }>();

const order = new SendOrder();

/** A message that is sent while a turn runs, and what becomes of both. */
export interface DuringTurn {
  way: SendWay;
  turn: TaskId;
}

/** How a message is sent, if not to the chosen agent and into the queue. */
interface Delivery {
  during?: DuringTurn | null;
  chosen?: AgentChoice;
  /** The skill that it calls. */
  skill?: string | null;
  /** It calls the skill whose name its text begins with. */
  kind?: "skill" | undefined;
}

/** How a text is sent that is not the composer's: to the chosen agent, if no other is named. */
export interface TextDelivery extends Pick<Delivery, "chosen" | "kind"> {
  attachments?: readonly Attachment[] | undefined;
}

/** Sends a chat's prompts: the composer's text with the comments on changed lines, and prompts made for the person. */
export function usePrompts(sessionId: SessionId, chatId: ChatId, choice: AgentChoice, comments: readonly LineComment[]) {
  const { mutateAsync } = useSendPrompt(sessionId);
  const { mutateAsync: steer } = useSteer(sessionId);
  const { mutateAsync: sendNow } = useSendNow(sessionId);
  const [failure, setFailure] = useState<Explanation | null>(null);

  const send = async ({ attachments, ...attempt }: SendAttempt, { during = null, chosen = choice, skill = null, kind }: Delivery) => {
    const prompt = { ...attempt, ...carried.get(attempt.promptId) };
    if (during?.way === "steer") {
      const { into } = await steer({ ...prompt, taskId: during.turn });
      if (into === null) toastNote("The turn had ended: your message was sent as a prompt.");
      return;
    }
    const files = attachments === undefined ? {} : { attachments };
    const { taskId } = await mutateAsync({
      ...chosen,
      ...prompt,
      ...files,
      chatId,
      ...(skill === null ? {} : { skill }),
      ...(kind && { kind }),
    });
    // It is accepted: if this fails, it waits in the queue, where it can be sent now.
    if (during?.way === "interrupt") await sendNow({ taskId, interrupts: during.turn }).catch(reportFailure);
  };

  const deliver = async (
    attempt: SendAttempt,
    onFailed: (words: Explanation, error: unknown) => void,
    delivery: Delivery | Promise<Delivery> = {},
  ) => {
    try {
      await order.next(chatId, async () => send(attempt, await delivery));
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
    /** Sends the composer's text, which returns to the composer if sending fails. `during`: what to do about the turn that runs. */
    sendDraft: async (delivery: Promise<Pick<Delivery, "during" | "skill">>) => {
      setFailure(null);
      const attempt = draftStore.begin(chatId, newPromptId);
      // A prompt that is sent again is the same prompt, so it carries the same comments.
      if (comments.length > 0 && !carried.has(attempt.promptId))
        carried.set(attempt.promptId, { text: addComments(attempt.text, comments), commentIds: comments.map(({ id }) => id) });
      await deliver(attempt, setFailure, delivery);
    },
    /**
     * Sends a text as a new prompt without using the composer, to the chosen agent or another.
     */
    sendText: async (text: string, { chosen = choice, kind, attachments = [] }: TextDelivery = {}) => {
      const attempt: SendAttempt = { promptId: newPromptId(), text, ...(attachments.length === 0 ? {} : { attachments }) };
      draftStore.show(chatId, attempt);
      await deliver(attempt, (_, error) => reportFailure(error), { chosen, kind });
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
