/** What of a file's text an editor does not show as text, and a save must keep. */
export interface TextShape {
  hasMark: boolean;
  /** What separates lines. Anything else that might is part of a line. */
  lineBreak: "\n" | "\r\n";
}

const MARK = "\uFEFF";

/** Takes a text apart: its lines, and how they were stored. */
export function toLines(text: string): { lines: string[]; shape: TextShape } {
  const hasMark = text.startsWith(MARK);
  const rest = hasMark ? text.slice(MARK.length) : text;
  // Where the two are mixed, a carriage return stays in its line, so that every line keeps its own.
  const lineBreak = rest.includes("\r\n") && !/(?<!\r)\n|\r(?!\n)/.test(rest) ? "\r\n" : "\n";
  return { lines: rest.split(lineBreak), shape: { hasMark, lineBreak } };
}

/** Puts a text together again. Inverse of {@link toLines}. */
export const toWholeText = (lines: readonly string[], { hasMark, lineBreak }: TextShape) =>
  `${hasMark ? MARK : ""}${lines.join(lineBreak)}`;
