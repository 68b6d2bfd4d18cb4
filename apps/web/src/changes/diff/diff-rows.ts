import type { LineOwner } from "../review/find-comments.ts";
import type { FileColours } from "./text/file-colours.ts";
import type { PatchHunk, PatchLine } from "./parse-patch.ts";

/** The part of a line that differs from its counterpart: UTF-16 offsets, `end` exclusive. */
export interface Emphasis {
  start: number;
  end: number;
}

/** One drawn row of a diff. `hunk` counts from 0. */
export type DiffRow =
  | { kind: "hunk"; hunk: number; skippedLines: number; section: string }
  | { kind: "unified"; hunk: number; line: PatchLine; partner: PatchLine | null }
  | { kind: "split"; hunk: number; left: PatchLine | null; right: PatchLine | null };

/** The rows of a unified diff: one line per row, with a changed line linked to the line it replaced. */
export function toUnifiedRows(hunks: readonly PatchHunk[]): DiffRow[] {
  return toRows(hunks, {
    context: (hunk, line) => ({ kind: "unified", hunk, line, partner: null }),
    change: (hunk, deleted, added) => {
      const pairs = deleted.length === added.length;
      const row = (line: PatchLine, partner: PatchLine | undefined): DiffRow => ({
        kind: "unified",
        hunk,
        line,
        partner: pairs ? (partner ?? null) : null,
      });
      return [...deleted.map((line, at) => row(line, added[at])), ...added.map((line, at) => row(line, deleted[at]))];
    },
  });
}

/** The rows of a split diff: deleted lines on the left, added lines on the right. */
export function toSplitRows(hunks: readonly PatchHunk[]): DiffRow[] {
  return toRows(hunks, {
    context: (hunk, line) => ({ kind: "split", hunk, left: line, right: line }),
    change: (hunk, deleted, added) =>
      Array.from({ length: Math.max(deleted.length, added.length) }, (_, at) => ({
        kind: "split",
        hunk,
        left: deleted[at] ?? null,
        right: added[at] ?? null,
      })),
  });
}

/** The part of a changed line that differs from its counterpart, or null if the lines share too little for a useful mark. */
export function findEmphasis(text: string, partner: string): Emphasis | null {
  const shorter = Math.min(text.length, partner.length);
  let start = 0;
  while (start < shorter && text[start] === partner[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && text[text.length - 1 - tail] === partner[partner.length - 1 - tail]) tail += 1;
  const indent = text.length - text.trimStart().length;
  const shared = Math.max(0, start - indent) + tail;
  if (shared * 3 < text.trim().length) return null;
  const end = text.length - tail;
  return end > start ? { start, end } : null;
}

interface RowShape {
  context(hunk: number, line: PatchLine): DiffRow;
  change(hunk: number, deleted: readonly PatchLine[], added: readonly PatchLine[]): DiffRow[];
}

function toRows(hunks: readonly PatchHunk[], shape: RowShape): DiffRow[] {
  const rows: DiffRow[] = [];
  let oldEnd = 1;
  hunks.forEach((hunk, index) => {
    const skippedLines = Math.max(0, hunk.oldStart - oldEnd);
    if (index > 0 || skippedLines > 0) rows.push({ kind: "hunk", hunk: index, skippedLines, section: hunk.section });
    oldEnd = hunk.oldStart + hunk.oldLines;
    let deleted: PatchLine[] = [];
    let added: PatchLine[] = [];
    const settle = () => {
      for (const row of shape.change(index, deleted, added)) rows.push(row);
      deleted = [];
      added = [];
    };
    for (const line of hunk.lines) {
      if (line.kind === "deleted") {
        if (added.length > 0) settle();
        deleted.push(line);
      } else if (line.kind === "added") {
        added.push(line);
      } else {
        settle();
        rows.push(shape.context(index, line));
      }
    }
    settle();
  });
  return rows;
}

/** What all lines of a file's diff share. */
export interface Gutter {
  /** The digits of the largest line number, at least two. */
  digits: number;
  /** Which sides have numbers. */
  hasOld: boolean;
  hasNew: boolean;
  /** Null if the lines stay plain. */
  colours: FileColours | null;
  /** The change that the lines belong to; null if they cannot be commented on. */
  owner: LineOwner | null;
}

/** The gutter for all hunks of a file. A new or deleted file has numbers on one side only. */
export function measureGutter(
  hunks: readonly PatchHunk[],
  { colours, owner }: Pick<Gutter, "colours" | "owner"> = { colours: null, owner: null },
): Gutter {
  const last = hunks.at(-1);
  const largest = last ? Math.max(last.oldStart + last.oldLines, last.newStart + last.newLines) - 1 : 0;
  const hasOld = hunks.some((hunk) => hunk.oldLines > 0);
  const hasNew = hunks.some((hunk) => hunk.newLines > 0);
  return { digits: Math.max(2, String(largest).length), hasOld, hasNew: hasNew || !hasOld, colours, owner };
}
