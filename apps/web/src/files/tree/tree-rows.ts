import type { FolderEntry, FolderPage } from "@boocode/shared/files/folder-page";

/** What is known of a folder: its pages so far, or why it cannot be read. */
export interface LoadedFolder {
  pages: readonly FolderPage[];
  isLoading: boolean;
  error: unknown;
}

/** A row of the file tree. `depth` counts from 0. */
export type TreeRow =
  | { kind: "entry"; key: string; path: string; depth: number; entry: FolderEntry; isExpanded: boolean | null }
  /** Asks for the next page of a folder. */
  | { kind: "more"; key: string; folder: string; depth: number; left: number }
  /** A folder that is being read, is empty, or cannot be read. */
  | { kind: "note"; key: string; depth: number; error: unknown; isLoading: boolean };

/** Lists the rows of the tree: the entries of the worktree, and below each unfolded folder its own. */
export function toTreeRows(
  folders: ReadonlyMap<string, LoadedFolder>,
  expanded: ReadonlySet<string>,
  { areIgnoredShown }: { areIgnoredShown: boolean },
): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (folder: string, depth: number): void => {
    const loaded = folders.get(folder);
    const before = rows.length;
    for (const entry of loaded?.pages.flatMap(({ entries }) => entries) ?? []) {
      if (entry.isIgnored && !areIgnoredShown) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const isFolder = (entry.kind === "folder" || entry.kind === "repository") && entry.isNameable;
      const isExpanded = isFolder ? expanded.has(path) : null;
      rows.push({ kind: "entry", key: `entry ${path}`, path, depth, entry, isExpanded });
      if (isExpanded === true) add(path, depth + 1);
    }
    const last = loaded?.pages.at(-1);
    const isLoading = loaded?.isLoading ?? true;
    if (last?.next != null && !isLoading) {
      rows.push({ kind: "more", key: `more ${folder}`, folder, depth, left: last.total - last.next });
    } else if (rows.length === before || isLoading) {
      rows.push({ kind: "note", key: `note ${folder}`, depth, error: loaded?.error ?? null, isLoading });
    }
  };
  add("", 0);
  return rows;
}

/** What a key does in the tree, at a row: another row gets the focus, or a folder is folded. Null for other keys. */
export type TreeStep = { kind: "focus"; at: number } | { kind: "fold"; path: string } | null;

/** Decides what an arrow key, Home or End does at a row. */
export function decideTreeStep(rows: readonly TreeRow[], at: number, key: string): TreeStep {
  const row = rows[at];
  const focus = (next: number): TreeStep => (next >= 0 && next < rows.length && next !== at ? { kind: "focus", at: next } : null);
  switch (key) {
    case "ArrowDown":
      return focus(at + 1);
    case "ArrowUp":
      return focus(at - 1);
    case "Home":
      return focus(0);
    case "End":
      return focus(rows.length - 1);
    case "ArrowRight":
      if (row?.kind !== "entry" || row.isExpanded === null) return null;
      return row.isExpanded ? focus(at + 1) : { kind: "fold", path: row.path };
    case "ArrowLeft":
      if (row?.kind === "entry" && row.isExpanded) return { kind: "fold", path: row.path };
      return row === undefined ? null : focus(rows.findLastIndex((each, place) => place < at && each.depth < row.depth));
    default:
      return null;
  }
}
