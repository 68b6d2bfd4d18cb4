import type { TaskId } from "@boocode/shared/ids";
import { Suspense, useEffect, useRef, useState } from "react";
import { SearchX } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { toCount } from "../ui/labels.ts";
import { withJudged } from "./actions/judged.ts";
import { PanelActionsProvider } from "./actions/panel-actions.tsx";
import { usePanelActionsOf } from "./actions/use-panel-actions.ts";
import { useChangesFrame } from "./changes-frame.tsx";
import { chooseActive, filterFiles } from "./filter/filter-files.ts";
import { usePanelKeys } from "./keys/use-panel-keys.ts";
import { foldFiles } from "./folders/fold-files.ts";
import { CutNote, LeftOut } from "./left-out.tsx";
import { ChangesList } from "./list/changes-list.tsx";
import { fileAround, hunkAround, type DiffHandle, type ListHandle } from "./list/list-handle.ts";
import type { PanelFile } from "./panel-file.ts";
import { PanelHeader } from "./panel-header.tsx";
import { NO_FILTER, usePanelState } from "./panel-state.ts";
import { BoundaryLine } from "./staged/boundary-line.tsx";
import { RunningNote } from "./running-note.tsx";
import { beginComment } from "./review/begin-comment.ts";
import { useReview } from "./review/review.tsx";
import { useDiffLayout } from "./use-diff-layout.ts";
import { useFileDiffs } from "./use-file-diffs.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { useWidth } from "./use-width.ts";
import { FileColumn } from "./wide/file-column.tsx";
import { FileView } from "./wide/file-view.tsx";
import { later } from "../ui/browser/later.ts";

const ConflictDialog = later(() => import("./conflict/conflict-dialog.tsx"));
const KeysDialog = later(() => import("./keys/keys-dialog.tsx"));

/** From this width, the files have a column of their own. In pixels. */
const COLUMNS_FROM = 640;
const COLUMN = 220;
/** Minimum width for two columns of lines, which would be too short below it. In pixels. */
const SPLIT_FROM = 620;
/** The rows of a diff that the rail shows. */
const PEEK_ROWS = 40;

type FilesPanelProps = {
  home: "rail" | "tab";
  /** The turn that the files are of, or null for everything pending. */
  taskId: TaskId | null;
  title: string;
  files: readonly PanelFile[];
  /** The number of files not listed. */
  moreFiles?: number;
  /** True if there are, or may be, more pending changes than can be listed. */
  isCut?: boolean;
};

/** A list of changed files with their diffs. Files are at least one. */
export function FilesPanel({ home, taskId, title, files: all, moreFiles = 0, isCut = false }: FilesPanelProps) {
  const { sessionId, running, chosen: nextAgent, openWide } = useChangesFrame();
  const review = useReview();
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<ListHandle>(null);
  const diff = useRef<DiffHandle>(null);
  const filterField = useRef<HTMLInputElement>(null);
  const [state, change] = usePanelState(sessionId, taskId);
  const [isHelpShown, setHelpShown] = useState(false);
  const width = useWidth(frame);
  const hasColumns = home === "tab" && width >= COLUMNS_FROM;
  const canSplit = (hasColumns ? width - COLUMN : width) >= SPLIT_FROM;
  const [chosen, setChosen] = useDiffLayout();
  const layout = canSplit ? chosen : "unified";

  const files = filterFiles(all, state.filter);
  const folded = foldFiles(files, state.openFolders);
  const unfolded = folded.hidden.size === 0 ? files : files.filter(({ key }) => !folded.hidden.has(key));
  const active = chooseActive(unfolded.length > 0 ? unfolded : files, state.active);
  const at = unfolded.findIndex((file) => file === active);
  // The neighbours are read ahead, so that the next file is there at once.
  const near = unfolded.slice(Math.max(0, at - 1), at + 2).map(({ key }) => key);
  const diffs = useFileDiffs(sessionId, files, hasColumns ? new Set(near) : state.open);
  const goTo = (key: string | undefined) => {
    if (key === undefined) return;
    change({ active: key });
    list.current?.focusFile(key);
  };
  const { actions, whyAll, judgeAll, judging, judged, onPointerOver } = usePanelActionsOf({
    sessionId,
    running,
    files,
    diffs,
    diff,
    onNext: goTo,
  });
  const judgeable = files.filter(({ change: pending }) => pending !== null);
  const listed = withJudged(files, judged);
  // A file that was just judged keeps its place until the pointer leaves.
  const shown =
    listed.find(({ file, judged: done }) => file.key === state.active && (done || !folded.hidden.has(file.key))) ??
    listed.find(({ file }) => file === active);

  const toggle = (key: string) => {
    const open = new Set(state.open);
    if (!open.delete(key)) open.add(key);
    change({ active: key, open });
  };
  const toggleFolder = (path: string) => {
    const openFolders = new Set(state.openFolders);
    if (!openFolders.delete(path)) openFolders.add(path);
    change({ openFolders });
  };
  const onKeyDown = usePanelKeys({
    file: (step) => {
      // From the place of a file that was judged, the next one is the one that has come there.
      const from = shown?.judged && step > 0 ? at - 1 : at;
      goTo(unfolded[Math.max(0, Math.min(unfolded.length - 1, from + step))]?.key);
    },
    hunk: (step) => diff.current?.stepHunk(step),
    unfold: (isOpen) => {
      if (!hasColumns && active && state.open.has(active.key) !== isOpen) toggle(active.key);
    },
    judge: (verb) => {
      // Only the file with the focus, or the one shown: none that is judged already, in a closed folder or below a folder's row.
      const focused = document.activeElement;
      const isElsewhere = focused?.closest("[role='row']") != null && fileAround(focused) === null;
      const isHidden = shown !== undefined && !hasColumns && folded.hidden.has(shown.file.key);
      if (!shown || shown.judged || isElsewhere || isHidden || actions.why(verb, shown.file) !== null) return;
      const hunk = hunkAround(document.activeElement);
      if (hunk) actions.onHunk(verb, hunk.path, hunk.hunk, "key");
      else if (shown.file.change) actions.onFile(verb, shown.file, "key");
    },
    view: () => {
      const pending = shown?.judged ? null : active?.change;
      if (pending) review?.markViewed(pending.id, !review.viewed.has(pending.id));
    },
    comment: () => beginComment(frame.current),
    open: home === "rail" ? () => openWide(taskId) : null,
    filter: () => filterField.current?.focus(),
    help: () => setHelpShown(true),
  });
  const { onFocus, onBlur } = useKeptFocus((lost) => {
    const hunk = hunkAround(lost);
    if (hunk && diff.current?.focusHunk(hunk.path, hunk.hunk)) return;
    // A file that keeps its place under the pointer stays the one that is shown.
    if (shown?.judged) frame.current?.focus();
    else goTo(active?.key);
  });

  useEffect(() => {
    if (home === "tab" && active) list.current?.focusFile(active.key);
    // oxlint-disable-next-line react/exhaustive-deps -- only when the tab opens
  }, [home, hasColumns]);

  return (
    <PanelActionsProvider value={actions}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the lists inside, which all do the same */}
      <div
        ref={frame}
        role="group"
        aria-label={title}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          onFocus(event);
          // The keys act on the file that has the focus.
          const key = fileAround(event.target);
          if (key !== null && key !== state.active) change({ active: key });
        }}
        onBlur={onBlur}
        className="flex h-full min-h-0 flex-col outline-none"
      >
        <PanelHeader
          sessionId={sessionId}
          title={title}
          all={all}
          shown={files}
          isOfTurn={taskId !== null}
          isWide={hasColumns}
          why={(verb) => whyAll(verb, judgeable)}
          isBusy={judging.busy.size > 0}
          onJudge={(verb) => judgeAll(verb, judgeable)}
          filter={state.filter}
          filterField={filterField}
          onFilter={(filter) => change({ filter })}
          onLeaveFilter={() => goTo(active?.key)}
          layout={canSplit ? { value: chosen, onChange: setChosen } : null}
          onOpenWide={home === "rail" ? () => openWide(taskId) : null}
          onHelp={() => setHelpShown(true)}
        />
        {nextAgent && (
          <BoundaryLine sessionId={sessionId} chosen={nextAgent} className="shrink-0 border-b border-line px-3 py-1.5 text-sm text-muted" />
        )}
        {isCut && <CutNote />}
        {taskId === null ? <LeftOut sessionId={sessionId} /> : <OfTurn moreFiles={moreFiles} onAll={() => openWide(null)} />}
        {!shown ? (
          <EmptyState
            className="flex-1"
            icon={<SearchX aria-hidden />}
            title="No file matches the filter"
            action={<Button onClick={() => change({ filter: NO_FILTER })}>Show all {toCount(all.length, "file")}</Button>}
          />
        ) : (
          <div onPointerOver={onPointerOver} className="flex min-h-0 flex-1">
            {hasColumns ? (
              <>
                <FileColumn
                  ref={list}
                  files={listed}
                  active={shown.file.key}
                  onActivate={(key) => change({ active: key })}
                  folded={folded}
                  onFolder={toggleFolder}
                />
                <FileView key={shown.file.key} ref={diff} listed={shown} judged={judged} diffs={diffs} layout={layout} />
              </>
            ) : (
              <ChangesList
                ref={list}
                diffRef={diff}
                files={listed}
                judged={judged}
                diffs={diffs}
                layout={layout}
                peek={home === "rail" ? PEEK_ROWS : null}
                active={active?.key ?? null}
                onToggle={toggle}
                folded={folded}
                onFolder={toggleFolder}
              />
            )}
          </div>
        )}
        {running !== null && <RunningNote agent={running} />}
        <Suspense>
          {isHelpShown && <KeysDialog onClose={() => setHelpShown(false)} />}
          {judging.conflict && (
            <ConflictDialog
              conflict={judging.conflict}
              onApply={(targets) => void judging.judge("apply", targets)}
              onOpen={(key) => {
                change({ active: key, open: new Set(state.open).add(key) });
                if (home === "rail") openWide(taskId);
              }}
              onClose={judging.closeConflict}
            />
          )}
        </Suspense>
      </div>
    </PanelActionsProvider>
  );
}

/** Says that only a turn is shown. */
function OfTurn({ moreFiles, onAll }: { moreFiles: number; onAll: () => void }) {
  return (
    <p className="flex shrink-0 flex-wrap items-center gap-x-2 border-b border-line px-3 py-1 text-sm text-muted">
      <span className="min-w-0 flex-1">
        Only this turn is shown.{moreFiles > 0 && ` ${toCount(moreFiles, "more file")} of it are not listed.`}
      </span>
      <Button size="sm" variant="quiet" onClick={onAll}>
        All changes
      </Button>
    </p>
  );
}
