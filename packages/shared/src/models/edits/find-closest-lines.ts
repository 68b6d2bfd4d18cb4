import { cutText } from "../../text/cut-text.ts";
import { withoutSpacing, type TextLine } from "./text-lines.ts";

/** The most lines that are shown. */
const MAX_SHOWN = 16;
const MAX_LINE_CHARS = 200;
/** How many places of one line are looked at. Lines such as `}` are everywhere and say nothing. */
const MAX_PLACES = 50;
/** Files with more lines are searched only for equal lines. */
const MAX_COMPARED = 20_000;

/** Returns the lines of a file that are most like the wanted ones, with their numbers; an empty text if nothing is like them. */
export function findClosestLines(file: readonly TextLine[], wanted: readonly TextLine[]): string {
  const want = wanted.map(({ text }) => withoutSpacing(text));
  const have = file.map(({ text }) => withoutSpacing(text));
  const start = findByEqualLines(have, want) ?? findByWords(have, want);
  if (start === null) return "";
  const first = Math.max(0, start);
  const shown = file.slice(first, Math.min(first + Math.max(want.length, 1), first + MAX_SHOWN));
  return shown.map(({ text }, index) => `${first + index + 1}: ${cutText(text, MAX_LINE_CHARS)}`).join("\n");
}

/** The place at which most lines are equal; a rare line counts for more. */
function findByEqualLines(have: readonly string[], want: readonly string[]): number | null {
  const places = Map.groupBy(
    want.flatMap((line, index) => (line === "" ? [] : [{ line, index }])),
    ({ line }) => line,
  );
  const found = Map.groupBy(
    have.flatMap((line, at) => (places.has(line) ? [{ line, at }] : [])),
    ({ line }) => line,
  );
  const votes = new Map<number, number>();
  for (const [line, hits] of found) {
    if (hits.length > MAX_PLACES) continue;
    for (const { at } of hits)
      for (const { index } of places.get(line)!.slice(0, MAX_PLACES)) votes.set(at - index, (votes.get(at - index) ?? 0) + 1 / hits.length);
  }
  return [...votes].reduce<[number, number] | null>((best, vote) => (best && best[1] >= vote[1] ? best : vote), null)?.[0] ?? null;
}

/** The line that shares most words with the first wanted one, if it shares at least half. */
function findByWords(have: readonly string[], want: readonly string[]): number | null {
  const index = want.findIndex((line) => line !== "");
  const words = wordsOf(want[index] ?? "");
  if (words.size === 0 || have.length > MAX_COMPARED) return null;
  let best: { at: number; score: number } | null = null;
  for (const [at, line] of have.entries()) {
    const other = wordsOf(line);
    const score = (2 * [...other].filter((word) => words.has(word)).length) / (words.size + other.size);
    if (score >= 0.5 && score > (best?.score ?? 0)) best = { at, score };
  }
  return best && best.at - index;
}

const wordsOf = (line: string): Set<string> => new Set(line.slice(0, 2_000).match(/[\p{L}\p{N}_]+/gu) ?? []);
