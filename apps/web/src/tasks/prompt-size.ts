import { countUtf8Bytes } from "@boocode/shared/chats/count-utf8-bytes";

/** The size limit of a prompt in UTF-8 bytes: the daemon's `MAX_PROMPT_BYTES`, repeated to keep its schema out of the page. */
export const PROMPT_LIMIT_BYTES = 512 * 1024;

/** The composer shows the size from here on. */
const SHOWN_FROM_BYTES = PROMPT_LIMIT_BYTES * 0.8;

export interface PromptSize {
  bytes: number;
  isTooLarge: boolean;
  /** The composer's text about the size, or null if it is not worth showing. */
  words: string | null;
}

/** Whether a prompt is small enough to be sent, and the text about its size. */
export function measurePrompt(text: string): PromptSize {
  // A UTF-16 unit takes at most three bytes, so short texts need no counting while a person types.
  const bytes = text.length * 3 < SHOWN_FROM_BYTES ? text.length : countUtf8Bytes(text);
  const isTooLarge = bytes > PROMPT_LIMIT_BYTES;
  const count = `${Math.ceil(bytes / 1024)} of ${PROMPT_LIMIT_BYTES / 1024} kB`;
  if (isTooLarge) return { bytes, isTooLarge, words: `It has ${count}. Put the text in a file and name the file instead.` };
  return { bytes, isTooLarge, words: bytes >= SHOWN_FROM_BYTES ? count : null };
}
