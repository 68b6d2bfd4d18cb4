/**
 * The beginning of a text, at most `maxChars` UTF-16 units. Never ends inside a character: half of a surrogate pair is no text, and
 * strict servers refuse a whole request for one.
 */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  if (maxChars <= 0) return "";
  return text.slice(0, isHigh(text.charCodeAt(maxChars - 1)) && isLow(text.charCodeAt(maxChars)) ? maxChars - 1 : maxChars);
}

/** The same, with `…` as its last character where something was cut off. */
export function shorten(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${cutText(text, maxChars - 1)}…`;
}

/** The end of a text, at most `maxChars` UTF-16 units. Never begins inside a character. */
export function cutTextStart(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  if (maxChars <= 0) return "";
  const from = text.length - maxChars;
  return text.slice(isLow(text.charCodeAt(from)) && isHigh(text.charCodeAt(from - 1)) ? from + 1 : from);
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
