import type { PromptId } from "@boocode/shared/ids";

/** A prompt that was sent and is not known to be accepted. */
export interface SendAttempt {
  promptId: PromptId;
  text: string;
}

/**
 * The content of a chat's composer. Text stays here until the daemon has accepted it: a prompt being sent stays in
 * `sending`. If its answer is lost, it returns to `text` with `retry`, so that sending it again sends the same prompt.
 */
export interface Draft {
  text: string;
  sending: readonly SendAttempt[];
  /** The failed attempt that `text` came from. Reused only if the text is unchanged. */
  retry: SendAttempt | null;
}

export const EMPTY_DRAFT: Draft = { text: "", sending: [], retry: null };

export const writeDraft = (draft: Draft, text: string): Draft => (text === draft.text ? draft : { ...draft, text });

/** Moves the text from the composer to `sending`. `mint` is called for an id only if the text is a new prompt. */
export function beginSend(draft: Draft, mint: () => PromptId): { draft: Draft; attempt: SendAttempt } {
  const promptId = draft.retry && draft.retry.text === draft.text ? draft.retry.promptId : mint();
  const attempt = { promptId, text: draft.text };
  return { draft: { text: "", sending: [...draft.sending, attempt], retry: null }, attempt };
}

/** Removes a prompt from the draft after an answer or the journal has shown that the daemon accepted it. */
export function settleAccepted(draft: Draft, promptId: PromptId): Draft {
  const sending = draft.sending.filter((attempt) => attempt.promptId !== promptId);
  const isRetry = draft.retry?.promptId === promptId;
  if (!isRetry && sending.length === draft.sending.length) return draft;
  const isUntouched = isRetry && draft.text === draft.retry?.text;
  return { text: isUntouched ? "" : draft.text, sending, retry: isRetry ? null : draft.retry };
}

/** Puts the text back, before any text typed since, after the daemon refused the prompt or its answer was lost. */
export function settleFailed(draft: Draft, promptId: PromptId): Draft {
  const attempt = draft.sending.find((each) => each.promptId === promptId);
  if (!attempt) return draft;
  const sending = draft.sending.filter((each) => each !== attempt);
  if (draft.text === "") return { text: attempt.text, sending, retry: attempt };
  return { text: `${attempt.text}\n\n${draft.text}`, sending, retry: null };
}

/** Reads a stored draft. Prompts that were being sent when the page closed become text; an unreadable draft becomes empty. */
export function decodeDraft(stored: string | null): Draft {
  const draft = parse(stored);
  return draft.sending.toReversed().reduce((each, attempt) => settleFailed(each, attempt.promptId), draft);
}

/** Encodes a draft for storage; null if it is empty. */
export function encodeDraft(draft: Draft): string | null {
  return draft.text === "" && draft.sending.length === 0 ? null : JSON.stringify(draft);
}

function parse(stored: string | null): Draft {
  if (stored === null) return EMPTY_DRAFT;
  try {
    const { text, sending, retry } = JSON.parse(stored) as Partial<Draft>;
    return {
      text: typeof text === "string" ? text : "",
      sending: Array.isArray(sending) ? sending.filter(isAttempt) : [],
      retry: isAttempt(retry) ? retry : null,
    };
  } catch {
    return EMPTY_DRAFT;
  }
}

function isAttempt(value: unknown): value is SendAttempt {
  const attempt = value as Partial<SendAttempt> | null | undefined;
  return typeof attempt?.promptId === "string" && typeof attempt.text === "string";
}
