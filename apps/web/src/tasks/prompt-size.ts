import { countUtf8Bytes } from "@boocode/shared/chats/count-utf8-bytes";

/** The limit of one prompt in bytes of UTF-8: the daemon's `MAX_PROMPT_BYTES`, without its schema in the page. */
export const PROMPT_LIMIT_BYTES = 512 * 1024;

/** From here on the composer shows the count. */
const SHOWN_FROM_BYTES = PROMPT_LIMIT_BYTES * 0.8;

export interface PromptSize {
  bytes: number;
  isTooLarge: boolean;
  /** What the composer says about it, or null while there is nothing to say. */
  words: string | null;
}

/** Whether a prompt may be sent as it is, and what to say about its size. */
export function measurePrompt(text: string): PromptSize {
  // Three bytes a UTF-16 unit is the most there can be: a short text needs no counting while a person types.
  const bytes = text.length * 3 < SHOWN_FROM_BYTES ? text.length : countUtf8Bytes(text);
  const isTooLarge = bytes > PROMPT_LIMIT_BYTES;
  const count = `${Math.ceil(bytes / 1024)} of ${PROMPT_LIMIT_BYTES / 1024} kB`;
  if (isTooLarge) return { bytes, isTooLarge, words: `It has ${count}. Put the text in a file and name the file instead.` };
  return { bytes, isTooLarge, words: bytes >= SHOWN_FROM_BYTES ? count : null };
}
