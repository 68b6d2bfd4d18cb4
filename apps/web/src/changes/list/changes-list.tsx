import { useImperativeHandle, useRef, useState, type Ref } from "react";
import { VList, type VListHandle } from "virtua";
import type { DiffLayout, OpenDiff } from "../change-rows.ts";
import type { Judged, ListedFile } from "../actions/judged.ts";
import type { FoldedFiles } from "../folders/fold-files.ts";
import { FolderRow } from "../folders/folder-row.tsx";
import { BodyRowView } from "./body-row-view.tsx";
import { ChangeFileLine } from "./change-file-row.tsx";
import { FileRow } from "./file-row.tsx";
import { focusRow, makeDiffHandle, type DiffHandle, type ListHandle } from "./list-handle.ts";
import { useFocusedHunk } from "./use-focused-hunk.ts";
import { useHotHunk } from "./use-hot-hunk.ts";
import { useMarkPopup } from "./mark-popup.tsx";
import { toPanelRows } from "./panel-rows.ts";

type ChangesListProps = {
  ref: Ref<ListHandle>;
  diffRef: Ref<DiffHandle>;
  files: readonly ListedFile[];
  /** What was judged and keeps its place. */
  judged: Judged;
  /** The diffs of the unfolded files, by path. */
  diffs: ReadonlyMap<string, OpenDiff>;
  layout: DiffLayout;
  /** The most rows shown of one diff; null shows all. */
  peek: number | null;
  active: string | null;
  onToggle: (path: string) => void;
  folded: FoldedFiles;
  onFolder: (path: string) => void;
};

/** The changed files in one column, with the lines of the unfolded ones. */
export function ChangesList({ ref, diffRef, files, judged, diffs, layout, peek, active, onToggle, folded, onFolder }: ChangesListProps) {
  const list = useRef<VListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [topRow, setTopRow] = useState(0);
  const { onMark, close, popup } = useMarkPopup();
  const rows = toPanelRows(files, diffs, { layout, peek, judged, folded });
  const { isHot, ...hover } = useHotHunk(list, rows);
  const { at: focusedAt, onFocus } = useFocusedHunk(rows);
  const indexOf = (key: string | null) => rows.findIndex((row) => row.kind === "file" && row.listed.file.key === key);
  useImperativeHandle(ref, () => ({ focusFile: (key) => focusRow({ list, frame }, indexOf(key), "data-file", key) }));
  useImperativeHandle(diffRef, () => makeDiffHandle({ list, frame }, rows, indexOf(active)));

  const top = rows[topRow];
  const stuck =
    top && top.kind !== "file" && top.kind !== "gap"
      ? files.find(({ file, judged: isJudged }) => file.key === top.path && !isJudged)?.file
      : undefined;
  return (
    <div ref={frame} {...hover} onFocus={onFocus} role="grid" aria-label="Changed files" className="relative min-h-0 flex-1">
      <VList
        ref={list}
        data={rows}
        bufferSize={400}
        itemSize={19}
        keepMounted={[indexOf(active), focusedAt].filter((at) => at !== -1)}
        onScroll={(offset) => {
          setTopRow(list.current?.findItemIndex(offset + 1) ?? 0);
          close();
        }}
        className="overscroll-contain"
      >
        {(row) =>
          row.kind === "folder" ? (
            <FolderRow key={row.key} folder={row.folder} isNarrow={false} onToggle={onFolder} />
          ) : row.kind === "file" ? (
            <FileRow key={row.key} listed={row.listed} isOpen={row.isOpen} isActive={row.listed.file.key === active} onPress={onToggle} />
          ) : (
            <BodyRowView key={row.key} row={row} isHot={isHot(row)} onMark={onMark} />
          )
        }
      </VList>
      {popup}
      {stuck && (
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          onClick={() => {
            onToggle(stuck.key);
            list.current?.scrollToIndex(indexOf(stuck.key));
          }}
          className="absolute inset-x-0 top-0 flex h-8 items-center gap-2 border-b border-line bg-surface pr-3 pl-3 text-left"
        >
          <ChangeFileLine file={stuck} isOpen />
        </button>
      )}
    </div>
  );
}
