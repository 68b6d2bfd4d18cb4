import type { PromptId } from "@boocode/shared/ids";

/** A prompt that was sent and whose acceptance is not known. */
export interface SendAttempt {
  promptId: PromptId;
  text: string;
}

/**
 * What a chat's composer holds. Nothing leaves it before the daemon has accepted it: a prompt on its way stays in
 * `sending`, and one whose answer was lost goes back to `text` with `retry`, so that sending it again is the same prompt.
 */
export interface Draft {
  text: string;
  sending: readonly SendAttempt[];
  /** The attempt `text` came back from. Used again only for the very same text. */
  retry: SendAttempt | null;
}

export const EMPTY_DRAFT: Draft = { text: "", sending: [], retry: null };

export const writeDraft = (draft: Draft, text: string): Draft => (text === draft.text ? draft : { ...draft, text });

/** Takes the text out of the composer and into `sending`. `mint` is asked for an id only where the text is a new prompt. */
export function beginSend(draft: Draft, mint: () => PromptId): { draft: Draft; attempt: SendAttempt } {
  const promptId = draft.retry && draft.retry.text === draft.text ? draft.retry.promptId : mint();
  const attempt = { promptId, text: draft.text };
  return { draft: { text: "", sending: [...draft.sending, attempt], retry: null }, attempt };
}

/** The daemon has the prompt, by its answer or by the journal: it is no longer the draft's. */
export function settleAccepted(draft: Draft, promptId: PromptId): Draft {
  const sending = draft.sending.filter((attempt) => attempt.promptId !== promptId);
  const isRetry = draft.retry?.promptId === promptId;
  if (!isRetry && sending.length === draft.sending.length) return draft;
  const isUntouched = isRetry && draft.text === draft.retry?.text;
  return { text: isUntouched ? "" : draft.text, sending, retry: isRetry ? null : draft.retry };
}

/** The daemon refused the prompt, or its answer was lost: the text comes back, in front of what was typed meanwhile. */
export function settleFailed(draft: Draft, promptId: PromptId): Draft {
  const attempt = draft.sending.find((each) => each.promptId === promptId);
  if (!attempt) return draft;
  const sending = draft.sending.filter((each) => each !== attempt);
  if (draft.text === "") return { text: attempt.text, sending, retry: attempt };
  return { text: `${attempt.text}\n\n${draft.text}`, sending, retry: null };
}

/** Reads a stored draft. What was on its way when the page went away comes back as text; anything unreadable is empty. */
export function decodeDraft(stored: string | null): Draft {
  const draft = parse(stored);
  return draft.sending.toReversed().reduce((each, attempt) => settleFailed(each, attempt.promptId), draft);
}

/** Null where there is nothing to keep. */
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
