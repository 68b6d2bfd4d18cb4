import type { Attachment } from "@boocode/shared/attachments/attachment";
import { hasSameAttachments } from "@boocode/shared/attachments/has-same-attachments";
import type { PromptId } from "@boocode/shared/ids";

/** A prompt that was sent and is not known to be accepted. */
export interface SendAttempt {
  promptId: PromptId;
  text: string;
  /** The files that it carries. Absent: none. */
  attachments?: readonly Attachment[];
}

/**
 * The content of a chat's composer. Text and files stay here until the daemon has accepted it: a prompt being sent stays in
 * `sending`. If its answer is lost, it returns to `text` with `retry`, so that sending it again sends the same prompt.
 */
export interface Draft {
  text: string;
  /** The stored files that go with the text. */
  attachments: readonly Attachment[];
  sending: readonly SendAttempt[];
  /** The failed attempt that `text` came from. Reused only if text and files are unchanged. */
  retry: SendAttempt | null;
}

export const EMPTY_DRAFT: Draft = { text: "", attachments: [], sending: [], retry: null };

export const writeDraft = (draft: Draft, text: string): Draft => (text === draft.text ? draft : { ...draft, text });

/** Adds a text below what is written, and files behind those that are there. */
export const addToDraft = (draft: Draft, text: string, files: readonly Attachment[]): Draft => ({
  ...draft,
  text: draft.text.trim() === "" ? text : `${draft.text.trimEnd()}\n\n${text}`,
  attachments: [...draft.attachments, ...files],
});

/** Adds a stored file. */
export const attachTo = (draft: Draft, file: Attachment): Draft => ({ ...draft, attachments: [...draft.attachments, file] });

/** Removes the file at a place. */
export const detachFrom = (draft: Draft, place: number): Draft => ({
  ...draft,
  attachments: draft.attachments.filter((_, index) => index !== place),
});

/** Moves the text and the files from the composer to `sending`. `mint` is called for an id only if the text is a new prompt. */
export function beginSend(draft: Draft, mint: () => PromptId): { draft: Draft; attempt: SendAttempt } {
  const { text, attachments } = draft;
  const promptId = draft.retry && isUnchanged(draft, draft.retry) ? draft.retry.promptId : mint();
  const attempt: SendAttempt = { promptId, text, ...(attachments.length === 0 ? {} : { attachments }) };
  return { draft: { text: "", attachments: [], sending: [...draft.sending, attempt], retry: null }, attempt };
}

/** Removes a prompt from the draft after an answer or the journal has shown that the daemon accepted it. */
export function settleAccepted(draft: Draft, promptId: PromptId): Draft {
  const sending = draft.sending.filter((attempt) => attempt.promptId !== promptId);
  const isRetry = draft.retry?.promptId === promptId;
  if (!isRetry && sending.length === draft.sending.length) return draft;
  const isUntouched = isRetry && draft.retry !== null && isUnchanged(draft, draft.retry);
  const { text, attachments } = isUntouched ? EMPTY_DRAFT : draft;
  return { text, attachments, sending, retry: isRetry ? null : draft.retry };
}

const isUnchanged = (draft: Draft, { text, attachments = [] }: SendAttempt): boolean =>
  text === draft.text && hasSameAttachments(attachments, draft.attachments);

/** Puts text and files back, before anything added since, after the daemon refused the prompt or its answer was lost. */
export function settleFailed(draft: Draft, promptId: PromptId): Draft {
  const attempt = draft.sending.find((each) => each.promptId === promptId);
  if (!attempt) return draft;
  const sending = draft.sending.filter((each) => each !== attempt);
  const attachments = [...(attempt.attachments ?? []), ...draft.attachments];
  if (draft.text === "" && draft.attachments.length === 0) return { text: attempt.text, attachments, sending, retry: attempt };
  const text = [attempt.text, draft.text].filter((part) => part !== "").join("\n\n");
  return { text, attachments, sending, retry: null };
}

/** Reads a stored draft. Prompts that were being sent when the page closed become text; an unreadable draft becomes empty. */
export function decodeDraft(stored: string | null): Draft {
  const draft = parse(stored);
  return draft.sending.toReversed().reduce((each, attempt) => settleFailed(each, attempt.promptId), draft);
}

/** Encodes a draft for storage; null if it is empty. */
export function encodeDraft(draft: Draft): string | null {
  return draft.text === "" && draft.attachments.length === 0 && draft.sending.length === 0 ? null : JSON.stringify(draft);
}

function parse(stored: string | null): Draft {
  if (stored === null) return EMPTY_DRAFT;
  try {
    const { text, attachments, sending, retry } = JSON.parse(stored) as Partial<Draft>;
    return {
      text: typeof text === "string" ? text : "",
      attachments: Array.isArray(attachments) ? attachments.filter(isAttachment) : [],
      sending: Array.isArray(sending) ? sending.filter(isAttempt) : [],
      retry: isAttempt(retry) ? retry : null,
    };
  } catch {
    return EMPTY_DRAFT;
  }
}

function isAttempt(value: unknown): value is SendAttempt {
  const attempt = value as Partial<SendAttempt> | null | undefined;
  const { attachments = [] } = attempt ?? {};
  return (
    typeof attempt?.promptId === "string" &&
    typeof attempt.text === "string" &&
    Array.isArray(attachments) &&
    attachments.every(isAttachment)
  );
}

function isAttachment(value: unknown): value is Attachment {
  const file = value as Partial<Attachment> | null | undefined;
  return [file?.blobId, file?.name, file?.type].every((part) => typeof part === "string") && typeof file?.bytes === "number";
}
