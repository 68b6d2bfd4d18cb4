import type { LineComment } from "./line-comment.ts";

/**
 * Adds comments to a prompt, as plain text that any agent understands: the path, the line's number, the quoted line, the comment. A text
 * without comments stays as it is.
 */
export function addComments(text: string, comments: readonly LineComment[]): string {
  if (comments.length === 0) return text;
  const parts = ["Comments on changed lines:", ...comments.map(toText)];
  return [...(text.trim() === "" ? [] : [text.trimEnd()]), ...parts].join("\n\n");
}

function toText({ path, side, line, quote, text }: LineComment): string {
  const place = side === "new" ? `line ${line}` : `line ${line} of the version before the changes`;
  // A path may hold line breaks, which would look like the next line.
  return `${JSON.stringify(path).slice(1, -1)}, ${place}:\n> ${quote}\n${text}`;
}
