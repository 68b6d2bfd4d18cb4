/** One line of a text with its own line end, which is empty only for the last line. */
export interface TextLine {
  text: string;
  end: "" | "\n" | "\r\n";
  /** Where the line begins in the text. */
  from: number;
}

/** Splits a text into lines. A text that ends with a line end has no empty line after it; an empty text has no lines. */
export function toTextLines(text: string): TextLine[] {
  const lines: TextLine[] = [];
  for (let from = 0; from < text.length;) {
    const at = text.indexOf("\n", from);
    if (at === -1) {
      lines.push({ text: text.slice(from), end: "", from });
      break;
    }
    const isWide = at > from && text[at - 1] === "\r";
    lines.push({ text: text.slice(from, isWide ? at - 1 : at), end: isWide ? "\r\n" : "\n", from });
    from = at + 1;
  }
  return lines;
}

/** A line without what white space may hide: none around it, and one space for each run inside. */
export const withoutSpacing = (line: string): string => line.trim().replace(/\s+/g, " ");
