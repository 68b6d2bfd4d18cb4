import { useImperativeHandle, useRef, type Ref } from "react";
import { VList, type VListHandle } from "virtua";
import { JudgeButtons, JudgedMark, verbsOf } from "../actions/judge-buttons.tsx";
import type { Judged, ListedFile } from "../actions/judged.ts";
import { usePanelActions } from "../actions/panel-actions.tsx";
import type { DiffLayout, OpenDiff } from "../change-rows.ts";
import { ViewedMark } from "../review/viewed-mark.tsx";
import { showPath } from "../../files/show-path.ts";
import { BodyRowView } from "../list/body-row-view.tsx";
import { ChangeFileLine } from "../list/change-file-row.tsx";
import { makeDiffHandle, type DiffHandle } from "../list/list-handle.ts";
import { useMarkPopup } from "../list/mark-popup.tsx";
import { toBodyRows } from "../list/panel-rows.ts";
import { useFocusedHunk } from "../list/use-focused-hunk.ts";
import { useHotHunk } from "../list/use-hot-hunk.ts";

type FileViewProps = {
  ref: Ref<DiffHandle>;
  listed: ListedFile;
  /** What was judged and keeps its place. */
  judged: Judged;
  diffs: ReadonlyMap<string, OpenDiff>;
  layout: DiffLayout;
};

/** The whole diff of one file, below its name and what can be done with it. */
export function FileView({ ref, listed: { file, judged: judgedFile }, judged, diffs, layout }: FileViewProps) {
  const { why, busy, onFile } = usePanelActions();
  const list = useRef<VListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { onMark, close, popup } = useMarkPopup();
  const rows = judgedFile ? [] : toBodyRows(file, diffs, layout, judged.hunks);
  const { isHot, ...hover } = useHotHunk(list, rows);
  const { at: focusedAt, onFocus } = useFocusedHunk(rows);
  useImperativeHandle(ref, () => makeDiffHandle({ list, frame }, rows, -1));
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line bg-surface px-3">
        <ChangeFileLine file={file} isOpen={null} />
        {file.change && !judgedFile && <ViewedMark changeId={file.change.id} isReachable />}
        {judgedFile ? (
          <JudgedMark verb={judgedFile.verb} />
        ) : (
          file.change && (
            <JudgeButtons
              of={showPath(file.path)}
              verbs={verbsOf(file.change.location === "staged")}
              why={(verb) => why(verb, file)}
              isBusy={busy.has(file.key)}
              isReachable
              onJudge={(verb, by) => onFile(verb, file, by)}
            />
          )
        )}
      </div>
      <div ref={frame} {...hover} onFocus={onFocus} role="grid" aria-label={`Changes in ${showPath(file.path)}`} className="min-h-0 flex-1">
        <VList
          ref={list}
          data={rows}
          bufferSize={400}
          itemSize={19}
          keepMounted={focusedAt === -1 ? [] : [focusedAt]}
          onScroll={close}
          className="overscroll-contain"
        >
          {(row) => <BodyRowView key={row.key} row={row} isHot={isHot(row)} onMark={onMark} />}
        </VList>
      </div>
      {popup}
    </div>
  );
}
