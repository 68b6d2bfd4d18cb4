import type { JudgedHunk, Judged, ListedFile } from "../actions/judged.ts";
import type { Verb } from "../actions/explain-disabled.ts";
import { toChangeRows, type ChangeRow, type DiffLayout, type OpenDiff } from "../change-rows.ts";
import type { FoldedFiles, FoldedFolder } from "../folders/fold-files.ts";
import type { PanelFile } from "../panel-file.ts";

/** One row below a file: of its diff, or about it. */
export type BodyRow =
  | Exclude<ChangeRow, { kind: "file" }>
  /** How many rows of the diff are not shown here. */
  | { kind: "more"; key: string; path: string; lines: number }
  /** The place of something that was judged. */
  | { kind: "judged"; key: string; path: string; verb: Verb; height: number };

/** One row of the list. */
export type PanelRow =
  | BodyRow
  | { kind: "file"; key: string; listed: ListedFile; isOpen: boolean }
  | { kind: "folder"; key: string; path: string; folder: FoldedFolder };

interface RowsOptions {
  layout: DiffLayout;
  /** The most rows shown of one diff; null shows all. */
  peek: number | null;
  judged: Judged;
  folded: FoldedFiles;
}

/** The rows of the list, in order. */
export function toPanelRows(
  files: readonly ListedFile[],
  diffs: ReadonlyMap<string, OpenDiff>,
  { layout, peek, judged, folded }: RowsOptions,
): PanelRow[] {
  const rows: PanelRow[] = [];
  for (const listed of files) {
    const path = listed.file.key;
    for (const folder of folded.before.get(path) ?? []) rows.push({ kind: "folder", key: folder.path, path: folder.path, folder });
    if (folded.hidden.has(path)) continue;
    const isOpen = listed.judged === null && diffs.has(path);
    rows.push({ kind: "file", key: path, listed, isOpen });
    if (listed.judged && listed.judged.height > 0)
      rows.push({ kind: "judged", key: `${path} judged`, path, verb: listed.judged.verb, height: listed.judged.height });
    if (!isOpen) continue;
    const body = toBodyRows(listed.file, diffs, layout, judged.hunks);
    const rest = peek === null ? 0 : body.length - peek;
    // A row that says how much is hidden takes as much room as a line.
    const shown = rest > 1 ? body.slice(0, peek!) : body;
    for (const row of shown) rows.push(row);
    if (rest > 1) rows.push({ kind: "more", key: `${path} more`, path, lines: rest });
    rows.push({ kind: "gap", key: `${path} gap`, path });
  }
  return rows;
}

/** The rows of one file's diff, and why it cannot be judged. */
export function toBodyRows(
  file: PanelFile,
  diffs: ReadonlyMap<string, OpenDiff>,
  layout: DiffLayout,
  judged: readonly JudgedHunk[],
): BodyRow[] {
  const path = file.key;
  const diff = diffs.get(path);
  if (!diff) return [];
  const own = toChangeRows([file], new Map([[file.path, diff]]), layout);
  const body: BodyRow[] = own.filter((row) => row.kind !== "file" && row.kind !== "gap").map((row) => toOwnRow(row, file));
  const first = body[0];
  // The first hunk has no header if it begins with the file, but needs one where others can be judged apart from it.
  if (first?.kind === "line" && first.row.kind !== "hunk" && body.some((row) => row.kind === "line" && row.row.hunk > 0))
    body.unshift({ ...first, key: `${path} hunk`, row: { kind: "hunk", hunk: 0, skippedLines: 0, section: "" }, mark: null });
  if (diff.kind === "ready") {
    const { changeId, hunks } = diff.diff;
    // While the diff shown is still the one it was judged in, the hunk itself keeps its place.
    for (const each of judged.filter((hunk) => hunk.path === path && hunk.changeId !== changeId)) {
      const next = hunks.findIndex((hunk) => (each.verb === "apply" ? hunk.newStart : hunk.oldStart) > each.line);
      const at = next === -1 ? -1 : body.findIndex((row) => row.kind === "line" && row.row.hunk === next);
      const { verb, height, line } = each;
      body.splice(at === -1 ? body.length : at, 0, { kind: "judged", key: `${path} judged ${verb} ${line}`, path, verb, height });
    }
  }
  if (file.note === null) return body;
  return [{ kind: "note", key: `${path} judged`, path, words: file.note, isLoading: false }, ...body];
}

/** Rows are named by their path. Where the path is not the file's key, they get names of their own. */
const toOwnRow = <Row extends { key: string; path: string }>(row: Row, { key, path }: PanelFile): Row =>
  key === path ? row : { ...row, key: `${key} ${row.key}`, path: key };

/** The place of the hunk before or after a row; -1 if there is none. */
export function findHunk(rows: readonly PanelRow[], from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < rows.length; at += step) if (isHunkHead(rows[at]!)) return at;
  return -1;
}

type HunkHead = Extract<BodyRow, { kind: "line" }>;

/** Whether a row is the header of a hunk. */
export const isHunkHead = (row: PanelRow): row is HunkHead => row.kind === "line" && row.row.kind === "hunk";

/** The rows of a hunk, with its header: where they begin and end. Null if it is not shown. */
export function findHunkRows(rows: readonly PanelRow[], path: string, hunk: number): { from: number; to: number } | null {
  const belongs = (row: PanelRow | undefined) => row?.kind === "line" && row.path === path && row.row.hunk === hunk;
  const from = rows.findIndex(belongs);
  if (from === -1) return null;
  let to = from;
  while (belongs(rows[to])) to += 1;
  return { from, to };
}
