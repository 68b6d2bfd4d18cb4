import { withoutSpacing, type TextLine } from "./text-lines.ts";

/** A run of whole lines. */
export interface LineRange {
  first: number;
  /** The line after the last. */
  end: number;
}

/** Where the lines to be replaced are, if they are not in the file exactly. */
export type FuzzyPlace =
  | { kind: "found"; by: "whitespace" | "anchors"; range: LineRange }
  | { kind: "ambiguous"; by: "whitespace"; lines: number[] }
  | { kind: "none" };

/** The fewest lines, blank ones not counted, with the anchors: two of them, and one to tell that the place is the right one. */
const MIN_ANCHORED_LINES = 3;

/**
 * Looks for lines in a file, first without regard to white space, then by the first and the last of them.
 *
 * Anchors count only if each is in the file once and the lines between them are those that are looked for, blank ones not counted: a line
 * that nobody has looked for is never replaced. A place is unique, or it is not found.
 */
export function findFuzzyPlace(file: readonly TextLine[], wanted: readonly TextLine[]): FuzzyPlace {
  const have = file.map(({ text }) => withoutSpacing(text));
  const want = wanted.map(({ text }) => withoutSpacing(text));
  if (!want.some((line) => line !== "")) return { kind: "none" };
  const places = findRuns(have, want);
  if (places.length > 1) return { kind: "ambiguous", by: "whitespace", lines: places };
  const [only] = places;
  if (only !== undefined) return { kind: "found", by: "whitespace", range: { first: only, end: only + want.length } };
  const range = findBetweenAnchors(have, want);
  return range ? { kind: "found", by: "anchors", range } : { kind: "none" };
}

function findRuns(have: readonly string[], want: readonly string[]): number[] {
  const places: number[] = [];
  for (let at = 0; at + want.length <= have.length; at += 1) if (want.every((line, index) => have[at + index] === line)) places.push(at);
  return places;
}

function findBetweenAnchors(have: readonly string[], want: readonly string[]): LineRange | null {
  const filled = want.filter((line) => line !== "");
  if (filled.length < MIN_ANCHORED_LINES) return null;
  const first = findOnly(have, filled[0]!);
  const last = findOnly(have, filled.at(-1)!);
  if (first === null || last === null || last <= first) return null;
  const between = have.slice(first + 1, last).filter((line) => line !== "");
  const inner = filled.slice(1, -1);
  const isSame = between.length === inner.length && inner.every((line, index) => between[index] === line);
  return isSame ? { first, end: last + 1 } : null;
}

function findOnly(lines: readonly string[], line: string): number | null {
  const at = lines.indexOf(line);
  return at !== -1 && lines.indexOf(line, at + 1) === -1 ? at : null;
}
