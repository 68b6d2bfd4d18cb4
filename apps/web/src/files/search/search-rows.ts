import type { FoundFile, FoundLine } from "@boocode/shared/files/file-search";

/** A row of the results: a file, or a line of it. */
export type SearchRow = { kind: "file"; key: string; file: FoundFile } | { kind: "line"; key: string; path: string; found: FoundLine };

/** Lists the results: each file, and below it its lines. */
export function toSearchRows(files: readonly FoundFile[]): SearchRow[] {
  return files.flatMap((file): SearchRow[] => [
    { kind: "file", key: `file ${file.path}`, file },
    ...file.lines.map((found): SearchRow => ({ kind: "line", key: `line ${file.path} ${found.line}`, path: file.path, found })),
  ]);
}
