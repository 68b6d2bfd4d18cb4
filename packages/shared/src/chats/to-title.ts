import { cutText } from "../text/cut-text.ts";

/** What a chat is called until its first prompt. */
export const DEFAULT_CHAT_TITLE = "New chat";
/** What a session is called until its first prompt, where the person did not name it. */
export const DEFAULT_SESSION_TITLE = "New session";

const MAX_TITLE_LENGTH = 80;

/** The title a prompt gives: its first line that says something, cut between words. Empty where no line does. */
export function toTitle(prompt: string): string {
  // A prompt may be half a megabyte; a title is never made of what comes after its beginning.
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
