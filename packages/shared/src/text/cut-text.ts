/**
 * Returns the beginning of a text, at most `maxChars` UTF-16 units. Never ends inside a character: half a surrogate pair is invalid, and
 * strict servers reject a whole request because of one.
 */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  if (maxChars <= 0) return "";
  return text.slice(0, isHigh(text.charCodeAt(maxChars - 1)) && isLow(text.charCodeAt(maxChars)) ? maxChars - 1 : maxChars);
}

/** Like {@link cutText}, but ends in `…` if something was cut off. */
export function shorten(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${cutText(text, maxChars - 1)}…`;
}

/** Returns the end of a text, at most `maxChars` UTF-16 units. Never begins inside a character. */
export function cutTextStart(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  if (maxChars <= 0) return "";
  const from = text.length - maxChars;
  return text.slice(isLow(text.charCodeAt(from)) && isHigh(text.charCodeAt(from - 1)) ? from + 1 : from);
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
