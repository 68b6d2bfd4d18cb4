import { cutText } from "../text/cut-text.ts";

/** The title of a chat until its first prompt. */
export const DEFAULT_CHAT_TITLE = "New chat";
/** The title of a session until its first prompt, unless the person named it. */
export const DEFAULT_SESSION_TITLE = "New session";

const MAX_TITLE_LENGTH = 80;

/** Returns the title for a prompt: its first line with text, cut between words. Empty if there is no such line. */
export function toTitle(prompt: string): string {
  // A prompt may be half a megabyte, so only its beginning is examined.
  const lines = cutText(prompt, 4_000)
    .split(/[\r\n\u2028\u2029]+/)
    .map((line) => line.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim());
  const line = lines.find((candidate) => /[\p{L}\p{N}]/u.test(candidate)) ?? "";
  if (line.length <= MAX_TITLE_LENGTH) return line;
  const head = cutText(line, MAX_TITLE_LENGTH - 1);
  const space = head.lastIndexOf(" ");
  const whole = space > MAX_TITLE_LENGTH / 2 ? head.slice(0, space) : head;
  return `${whole}…`;
}
