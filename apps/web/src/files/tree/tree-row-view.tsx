import { clsx } from "clsx";
import { ChevronRight, File, FileSymlink, Folder, FolderGit2, FolderOpen, CircleSlash } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { showPath } from "../show-path.ts";
import type { TreeRow } from "./tree-rows.ts";

const MARK = {
  added: { letter: "A", word: "added", ink: "text-added" },
  modified: { letter: "M", word: "changed", ink: "text-amber" },
  deleted: { letter: "D", word: "deleted", ink: "text-removed" },
  renamed: { letter: "R", word: "renamed", ink: "text-amber" },
} as const;

type TreeRowViewProps = {
  row: TreeRow;
  /** It is what the pane shows. */
  isOpen: boolean;
  isFocusable: boolean;
  hasDraft: boolean;
  onPress: () => void;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  /** What can be done with it. */
  menu: ReactNode;
};

/** A row of the file tree. */
export function TreeRowView({ row, isOpen, isFocusable, hasDraft, onPress, onFocus, onKeyDown, menu }: TreeRowViewProps) {
  const indent = { paddingLeft: `${8 + row.depth * 14}px` };
  if (row.kind === "note") {
    const words = row.isLoading ? "Reading…" : row.error === null ? "Nothing here" : explainError(row.error).title;
    return (
      <div role="none" style={indent} className="flex h-6.5 items-center pl-5 text-sm text-faint">
        <span className="truncate pl-5">{words}</span>
      </div>
    );
  }
  if (row.kind === "more") {
    return (
      <div
        role="treeitem"
        aria-level={row.depth + 1}
        aria-selected={false}
        data-row={row.key}
        tabIndex={isFocusable ? 0 : -1}
        style={indent}
        onClick={onPress}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
        className="flex h-6.5 items-center text-sm text-accent hover:bg-hover"
      >
        <span className="pl-5">Show more of {row.left.toLocaleString("en")}</span>
      </div>
    );
  }
  const { entry, isExpanded } = row;
  const mark = entry.change && MARK[entry.change];
  return (
    <div
      role="treeitem"
      aria-level={row.depth + 1}
      aria-expanded={isExpanded ?? undefined}
      aria-selected={isOpen}
      aria-label={[showPath(entry.name), mark?.word, hasDraft && "unsaved", entry.isIgnored && "ignored"].filter(Boolean).join(", ")}
      title={showPath(row.path)}
      data-row={row.key}
      tabIndex={isFocusable ? 0 : -1}
      style={indent}
      onClick={onPress}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      className={clsx(
        "group/entry flex h-6.5 items-center gap-1.5 pr-1 pointer-coarse:h-9 focus-visible:-outline-offset-2",
        isOpen ? "bg-active" : "hover:bg-hover",
        entry.isIgnored && "opacity-60",
        !entry.isNameable && "text-faint",
      )}
    >
      {isExpanded === null ? (
        <span aria-hidden className="size-3 shrink-0" />
      ) : (
        <ChevronRight aria-hidden className={clsx("size-3 shrink-0 text-faint transition-transform", isExpanded && "rotate-90")} />
      )}
      <EntryIcon row={row} />
      <span className={clsx("min-w-0 flex-1 truncate", entry.change && entry.kind === "file" && MARK[entry.change].ink)}>
        {showPath(entry.name)}
      </span>
      {hasDraft && <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-ink" />}
      {mark &&
        (entry.kind === "file" || entry.kind === "link" ? (
          <span aria-hidden className={clsx("w-3 shrink-0 text-center font-mono text-xs font-medium", mark.ink)}>
            {mark.letter}
          </span>
        ) : (
          <span aria-hidden className="mx-1 size-1 shrink-0 rounded-full bg-amber-mark" />
        ))}
      {menu}
    </div>
  );
}

function EntryIcon({ row }: { row: Extract<TreeRow, { kind: "entry" }> }) {
  const Icon = {
    file: File,
    folder: row.isExpanded ? FolderOpen : Folder,
    link: FileSymlink,
    repository: FolderGit2,
    other: CircleSlash,
  }[row.entry.kind];
  return <Icon aria-hidden className="size-3.5 shrink-0 text-faint" />;
}
