import { toChangeRows, type ChangeRow, type DiffLayout, type OpenDiff } from "../change-rows.ts";
import type { PanelFile } from "../panel-file.ts";

/** One row of the list: a file, what is unfolded below it, or how much of it is not. */
export type PanelRow =
  | Exclude<ChangeRow, { kind: "file" }>
  | { kind: "file"; key: string; file: PanelFile; isOpen: boolean }
  | { kind: "more"; key: string; path: string; lines: number };

interface RowsOptions {
  layout: DiffLayout;
  /** The most rows shown of one diff; null shows all. */
  peek: number | null;
}

/** The rows of the list, in order. */
export function toPanelRows(files: readonly PanelFile[], diffs: ReadonlyMap<string, OpenDiff>, { layout, peek }: RowsOptions): PanelRow[] {
  const rows: PanelRow[] = [];
  for (const file of files) {
    const { path } = file;
    const isOpen = diffs.has(path);
    rows.push({ kind: "file", key: path, file, isOpen });
    if (!isOpen) continue;
    const body = toBodyRows(file, diffs, layout);
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
): Exclude<PanelRow, { kind: "file" }>[] {
  const { path } = file;
  const body = toChangeRows([file], diffs, layout).filter((row) => row.kind !== "file" && row.kind !== "gap");
  const first = body[0];
  // The first hunk has no header if it begins with the file, but needs one where others can be judged apart from it.
  if (first?.kind === "line" && first.row.kind !== "hunk" && body.some((row) => row.kind === "line" && row.row.hunk > 0))
    body.unshift({ ...first, key: `${path} hunk`, row: { kind: "hunk", hunk: 0, skippedLines: 0, section: "" }, mark: null });
  if (file.note === null) return body;
  return [{ kind: "note", key: `${path} judged`, path, words: file.note, isLoading: false }, ...body];
}

/** The place of the hunk before or after a row; -1 if there is none. */
export function findHunk(rows: readonly PanelRow[], from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < rows.length; at += step) {
    const row = rows[at]!;
    if (row.kind === "line" && row.row.kind === "hunk") return at;
  }
  return -1;
}
