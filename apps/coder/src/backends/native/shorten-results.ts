import { cutMiddle, IMAGE_CHARS } from "@boocode/shared/models/fit-history";
import type { ModelMessage } from "ai";

/** The length kept of a shortened result. */
const SHORT_CHARS = 300;
/** The messages at the end that stay whole: the last calls and their results. */
const WHOLE_MESSAGES = 2;

/**
 * Shortens the oldest tool results in place until the messages have at most about `maxChars` UTF-16 units. Returns whether it shortened any.
 * Messages before it stay as they are, so a server's cache of them stays good where it can.
 */
export function shortenResults(messages: ModelMessage[], maxChars: number): boolean {
  let chars = messages.reduce((sum, { content }) => sum + sizeOf(content), 0);
  let isShortened = false;
  for (let place = 0; place < messages.length - WHOLE_MESSAGES && chars > maxChars; place += 1) {
    const message = messages[place]!;
    if (message.role !== "tool") continue;
    const content = message.content.map((part) => {
      if (part.type !== "tool-result" || part.output.type !== "text" || part.output.value.length <= 2 * SHORT_CHARS) return part;
      const value = cutMiddle(part.output.value, SHORT_CHARS);
      return { ...part, output: { ...part.output, value } };
    });
    const saved = sizeOf(message.content) - sizeOf(content);
    if (saved <= 0) continue;
    messages[place] = { ...message, content };
    chars -= saved;
    isShortened = true;
  }
  return isShortened;
}

const sizeOf = (content: ModelMessage["content"]): number =>
  typeof content === "string"
    ? content.length
    : content.reduce((sum, part) => sum + (part.type === "file" ? IMAGE_CHARS : JSON.stringify(part).length), 0);
