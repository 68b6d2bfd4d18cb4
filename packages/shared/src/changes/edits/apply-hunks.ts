import type { LineHunk } from "../trace-lines.ts";

/**
 * Returns the old text with some of its hunks, byte for byte: every line is taken from one of the two texts with its own line end. Texts
 * have one character per byte. `hunks` lead from `old` to `now`, in order; `chosen` are places in it.
 */
export function applyHunks(old: string, now: string, hunks: readonly LineHunk[], chosen: ReadonlySet<number>): string {
  const oldEnds = findLineEnds(old);
  const nowEnds = findLineEnds(now);
  const parts: string[] = [];
  let at = 0;
  for (const [place, { oldStart, oldLines, newStart, newLines }] of hunks.entries()) {
    if (!chosen.has(place)) continue;
    // An empty side is numbered by the line before it.
    const begin = oldLines === 0 ? oldStart : oldStart - 1;
    const newBegin = newLines === 0 ? newStart : newStart - 1;
    parts.push(old.slice(at, oldEnds[begin]), now.slice(nowEnds[newBegin], nowEnds[newBegin + newLines]));
    at = oldEnds[begin + oldLines]!;
  }
  parts.push(old.slice(at));
  return parts.join("");
}

/** Returns where each line ends, by the number of lines up to there: the first is 0. The last line may have no line break. */
function findLineEnds(text: string): number[] {
  const ends = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends.push(at + 1);
  if (ends.at(-1) !== text.length) ends.push(text.length);
  return ends;
}
