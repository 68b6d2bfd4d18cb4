/** One conflict of a merge: the lines of each side, and those around that all sides share. */
export interface MergeConflict {
  /** The line of the merged text where the conflict begins, counted from 1. */
  line: number;
  before: string[];
  /** The lines that are there. */
  ours: string[];
  /** The lines before both changes; null if the merge does not say. */
  base: string[] | null;
  /** The lines of the change. */
  theirs: string[];
  after: string[];
}

const AROUND = 3;

/**
 * Reads the conflicts of a text that git has merged, with or without the base between the markers. A text in which a marker is missing ends
 * its conflict there.
 */
export function parseMerge(merged: string): MergeConflict[] {
  const lines = merged.split("\n");
  const conflicts: MergeConflict[] = [];
  let open: MergeConflict | null = null;
  let side: "ours" | "base" | "theirs" = "ours";
  for (const [at, line] of lines.entries()) {
    if (open === null) {
      if (!isMarker(line, "<")) continue;
      open = { line: at + 1, before: lines.slice(Math.max(0, at - AROUND), at), ours: [], base: null, theirs: [], after: [] };
      side = "ours";
    } else if (side === "ours" && isMarker(line, "|")) {
      open.base = [];
      side = "base";
    } else if (side !== "theirs" && isMarker(line, "=")) side = "theirs";
    else if (side === "theirs" && isMarker(line, ">")) {
      conflicts.push({ ...open, after: lines.slice(at + 1, at + 1 + AROUND) });
      open = null;
    } else if (side === "base") open.base!.push(line);
    else open[side].push(line);
  }
  return open ? [...conflicts, open] : conflicts;
}

/** Whether a line is a marker: seven signs, alone or followed by a name. */
function isMarker(line: string, sign: string): boolean {
  const text = line.replace(/\r$/, "");
  return text.startsWith(sign.repeat(7)) && (text.length === 7 || text[7] === " ");
}
