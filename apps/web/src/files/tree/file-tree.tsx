import type { SessionId } from "@boocode/shared/ids";
import { type KeyboardEvent, type ReactNode, useRef, useState, useSyncExternalStore } from "react";
import { VList, type VListHandle } from "virtua";
import { codeDrafts } from "../drafts/code-drafts.ts";
import { focusListRow } from "../focus-row.ts";
import { decideTreeStep, toTreeRows, type TreeRow } from "./tree-rows.ts";
import { TreeRowView } from "./tree-row-view.tsx";
import { useFolders } from "./use-folders.ts";

export type EntryRow = Extract<TreeRow, { kind: "entry" }>;

type FileTreeProps = {
  sessionId: SessionId;
  /** The file that the pane shows. */
  open: string | null;
  expanded: ReadonlySet<string>;
  areIgnoredShown: boolean;
  onFold: (path: string) => void;
  onOpen: (path: string) => void;
  /** A key that is not the tree's own, at an entry. Returns whether it did something. */
  onKey: (key: string, row: EntryRow) => boolean;
  /** A character was typed. */
  onType: (text: string) => void;
  menuOf: (row: EntryRow) => ReactNode;
};

/** The files of the worktree. Arrow keys move and fold, Enter opens, and typing filters. */
export function FileTree(props: FileTreeProps) {
  const { sessionId, open, expanded, areIgnoredShown, onFold, onOpen, onKey, onType, menuOf } = props;
  const list = useRef<VListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  useSyncExternalStore(codeDrafts.subscribe, () => codeDrafts.version);
  const { folders, showMore } = useFolders(sessionId, expanded);
  const rows = toTreeRows(folders, expanded, { areIgnoredShown });
  const keyOf = (row: TreeRow | undefined) => row?.key ?? null;
  const openKey = open === null ? null : `entry ${open}`;
  const present = [focused, openKey].find((key) => key !== null && rows.some((row) => row.key === key)) ?? keyOf(rows[0]);
  const at = rows.findIndex((row) => row.key === present);

  const press = (row: TreeRow) => {
    if (row.kind === "more") showMore(row.folder);
    if (row.kind !== "entry" || !row.entry.isNameable) return;
    if (row.isExpanded === null) onOpen(row.path);
    else onFold(row.path);
  };
  const keyDown = (event: KeyboardEvent, row: TreeRow, place: number) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = decideTreeStep(rows, place, event.key);
    if (step?.kind === "focus") focusListRow({ list, frame }, step.at, rows[step.at]!.key);
    else if (step?.kind === "fold") onFold(step.path);
    else if (event.key === "Enter" || event.key === " ") press(row);
    else if (row.kind === "entry" && onKey(event.key, row)) {
      // Done.
    } else if (event.key.length === 1) onType(event.key);
    else return;
    event.preventDefault();
  };
  return (
    <div ref={frame} role="tree" aria-label="Files" aria-busy={rows.length === 0} className="min-h-0 flex-1">
      <VList ref={list} data={rows} itemSize={26} bufferSize={400} keepMounted={at === -1 ? [] : [at]} className="overscroll-contain">
        {(row, place) => (
          <TreeRowView
            key={row.key}
            row={row}
            isOpen={row.key === openKey}
            isFocusable={row.key === present}
            hasDraft={row.kind === "entry" && row.entry.kind === "file" && codeDrafts.read(sessionId, row.path) !== null}
            onPress={() => press(row)}
            onFocus={() => setFocused(row.key)}
            onKeyDown={(event) => keyDown(event, row, place)}
            menu={row.kind === "entry" && row.entry.isNameable ? menuOf(row) : null}
          />
        )}
      </VList>
    </div>
  );
}
