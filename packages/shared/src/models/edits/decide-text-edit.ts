import { findClosestLines } from "./find-closest-lines.ts";
import { findFuzzyPlace } from "./find-fuzzy-place.ts";
import { replaceLines } from "./replace-lines.ts";
import { toTextLines } from "./text-lines.ts";

/** A replacement of a piece of a text, as a model asks for it. */
export interface TextEdit {
  /** The text that should be there. Not empty. */
  oldText: string;
  newText: string;
  /** Replace every exact occurrence. */
  replaceAll: boolean;
}

export type TextEditDecision =
  /** `by`: which way `oldText` was found. `replaced`: the exact text that went. `firstLine`: the number of the first changed place's line. */
  | { kind: "edit"; text: string; by: "exact" | "whitespace" | "anchors"; places: number; replaced: string; firstLine: number }
  /** `lines`: the numbers of the first places. */
  | { kind: "ambiguous"; by: "exact" | "whitespace"; places: number; lines: number[] }
  /** `closest`: the lines that are most like it, with their numbers; may be empty. */
  | { kind: "missing"; closest: string }
  | { kind: "unchanged" };

/** A longer text is looked for only exactly. */
const MAX_FUZZY_CHARS = 64 * 1024;
const MAX_LISTED = 10;

/**
 * Decides what an edit makes of a file: exactly where `oldText` is, else where whole lines differ only in white space, else between its
 * first and last line (see `findFuzzyPlace`). Anything that is not unique is refused. The rest of the file stays byte by byte.
 */
export function decideTextEdit(text: string, { oldText, newText, replaceAll }: TextEdit): TextEditDecision {
  const isAsItIs = text.includes(oldText) && !isCrlf(text);
  const [find, put] = isAsItIs ? [oldText, newText] : withLineEndsOf(text, oldText, newText);
  const pieces = text.split(find);
  const places = pieces.length - 1;
  if (places > 1 && !replaceAll) return { kind: "ambiguous", by: "exact", places, lines: listLines(pieces, find) };
  if (places > 0) {
    if (find === put) return { kind: "unchanged" };
    return { kind: "edit", text: pieces.join(put), by: "exact", places, replaced: find, firstLine: countLines(pieces[0]!) };
  }
  return decideFuzzy(text, oldText, newText);
}

function decideFuzzy(text: string, oldText: string, newText: string): TextEditDecision {
  const file = toTextLines(text);
  const wanted = toTextLines(oldText);
  if (oldText.length > MAX_FUZZY_CHARS) return { kind: "missing", closest: "" };
  const place = findFuzzyPlace(file, wanted);
  if (place.kind === "none") return { kind: "missing", closest: findClosestLines(file, wanted) };
  if (place.kind === "ambiguous") {
    const lines = place.lines.slice(0, MAX_LISTED).map((line) => line + 1);
    return { kind: "ambiguous", by: place.by, places: place.lines.length, lines };
  }
  const edited = replaceLines(text, file, place.range, wanted, newText);
  if (edited === text) return { kind: "unchanged" };
  const { first, end } = place.range;
  const replaced = text.slice(file[first]!.from, end < file.length ? file[end]!.from : text.length);
  return { kind: "edit", text: edited, by: place.by, places: 1, replaced, firstLine: first + 1 };
}

/** Whether every line end of a text is `\r\n`; false if it has none. */
const isCrlf = (text: string) => text.includes("\r\n") && !/(^|[^\r])\n/.test(text);

/** Converts `\n` in the model's texts to `\r\n` if the file has such line ends. */
function withLineEndsOf(text: string, oldText: string, newText: string): [string, string] {
  if (!text.includes("\r\n")) return [oldText, newText];
  const convert = (part: string) => part.replace(/\r?\n/g, "\r\n");
  return [convert(oldText), convert(newText)];
}

function listLines(pieces: readonly string[], find: string): number[] {
  let line = 1;
  return pieces.slice(0, Math.min(MAX_LISTED, pieces.length - 1)).map((piece) => {
    line += countLines(piece) - 1;
    const at = line;
    line += countLines(find) - 1;
    return at;
  });
}

/** The number of the line at the end of a text. */
const countLines = (text: string) => text.split("\n").length;
