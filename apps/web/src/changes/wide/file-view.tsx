import { useImperativeHandle, useRef, type Ref } from "react";
import { VList, type VListHandle } from "virtua";
import type { DiffLayout, OpenDiff } from "../change-rows.ts";
import { showPath } from "../diff/show-path.ts";
import { BodyRowView } from "../list/body-row-view.tsx";
import { ChangeFileLine } from "../list/change-file-row.tsx";
import { focusHunk, type DiffHandle } from "../list/list-handle.ts";
import { useMarkPopup } from "../list/mark-popup.tsx";
import { toBodyRows } from "../list/panel-rows.ts";
import type { PanelFile } from "../panel-file.ts";

type FileViewProps = { ref: Ref<DiffHandle>; file: PanelFile; diffs: ReadonlyMap<string, OpenDiff>; layout: DiffLayout };

/** The whole diff of one file, below its name. */
export function FileView({ ref, file, diffs, layout }: FileViewProps) {
  const list = useRef<VListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { onMark, close, popup } = useMarkPopup();
  const rows = toBodyRows(file, diffs, layout);
  useImperativeHandle(ref, () => ({ stepHunk: (step) => focusHunk({ list, frame }, rows, -1, step) }));
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line bg-surface px-3">
        <ChangeFileLine change={file} isOpen={null} />
      </div>
      <div ref={frame} role="grid" aria-label={`Changes in ${showPath(file.path)}`} className="min-h-0 flex-1">
        <VList ref={list} data={rows} bufferSize={400} itemSize={19} onScroll={close} className="overscroll-contain">
          {(row) => <BodyRowView key={row.key} row={row} onMark={onMark} />}
        </VList>
      </div>
      {popup}
    </div>
  );
}
