import type { TaskId } from "@boocode/shared/ids";
import { lazy, Suspense, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { SearchX } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { toCount } from "../ui/labels.ts";
import { useChangesFrame } from "./changes-frame.tsx";
import { filterFiles } from "./filter/filter-files.ts";
import { toCommand, type Command } from "./keys/to-command.ts";
import { LeftOut } from "./left-out.tsx";
import { ChangesList } from "./list/changes-list.tsx";
import type { DiffHandle, ListHandle } from "./list/list-handle.ts";
import type { PanelFile } from "./panel-file.ts";
import { PanelHeader } from "./panel-header.tsx";
import { NO_FILTER, usePanelState } from "./panel-state.ts";
import { useDiffLayout } from "./use-diff-layout.ts";
import { useFileDiffs } from "./use-file-diffs.ts";
import { useWidth } from "./use-width.ts";
import { FileColumn } from "./wide/file-column.tsx";
import { FileView } from "./wide/file-view.tsx";

const KeysDialog = lazy(() => import("./keys/keys-dialog.tsx"));

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
};

/** A list of changed files with their diffs. Files are at least one. */
export function FilesPanel({ home, taskId, title, files: all, moreFiles = 0 }: FilesPanelProps) {
  const { sessionId, openWide } = useChangesFrame();
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
  const at = Math.max(
    0,
    files.findIndex((file) => file.path === state.active),
  );
  const active = files[at];
  // The neighbours are read ahead, so that the next file is there at once.
  const near = files.slice(Math.max(0, at - 1), at + 2).map(({ path }) => path);
  const diffs = useFileDiffs(sessionId, files, hasColumns ? new Set(near) : state.open);

  const goTo = (file: PanelFile | undefined) => {
    if (!file) return;
    change({ active: file.path });
    list.current?.focusFile(file.path);
  };
  const toggle = (path: string) => {
    const open = new Set(state.open);
    if (!open.delete(path)) open.add(path);
    change({ active: path, open });
  };
  const run = (command: Command): boolean => {
    switch (command.kind) {
      case "file":
        goTo(files[Math.max(0, Math.min(files.length - 1, at + command.step))]);
        return true;
      case "hunk":
        diff.current?.stepHunk(command.step);
        return true;
      case "unfold":
      case "fold":
        if (hasColumns || !active || state.open.has(active.path) === (command.kind === "unfold")) return false;
        toggle(active.path);
        return true;
      case "open":
        if (home !== "rail") return false;
        openWide(null);
        return true;
      case "filter":
        filterField.current?.focus();
        return true;
      case "help":
        setHelpShown(true);
        return true;
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Popups are children only for React, and the buttons of a row have keys of their own.
    if (!(event.target instanceof HTMLElement) || !event.currentTarget.contains(event.target) || event.target.matches("input")) return;
    const command = toCommand(event);
    if (!command || (command.kind === "open" && !event.target.matches("[data-path]"))) return;
    if (run(command)) event.preventDefault();
  };

  const hasFiles = files.length > 0;
  useEffect(() => {
    if (home === "tab" && hasFiles) list.current?.focusFile(active!.path);
    // oxlint-disable-next-line react/exhaustive-deps -- only when the tab opens
  }, [home, hasColumns]);

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the lists inside, which all do the same
    <div ref={frame} role="group" aria-label={title} onKeyDown={onKeyDown} className="flex h-full min-h-0 flex-col">
      <PanelHeader
        sessionId={sessionId}
        title={title}
        all={all}
        shown={files}
        filter={state.filter}
        filterField={filterField}
        onFilter={(filter) => change({ filter })}
        onLeaveFilter={() => goTo(active)}
        layout={canSplit ? { value: chosen, onChange: setChosen } : null}
        onOpenWide={home === "rail" ? () => openWide(null) : null}
      />
      {taskId === null ? <LeftOut sessionId={sessionId} /> : <OfTurn moreFiles={moreFiles} onAll={() => openWide(null)} />}
      {!active ? (
        <EmptyState
          className="flex-1"
          icon={<SearchX aria-hidden />}
          title="No file matches the filter"
          action={<Button onClick={() => change({ filter: NO_FILTER })}>Show all {toCount(all.length, "file")}</Button>}
        />
      ) : hasColumns ? (
        <div className="flex min-h-0 flex-1">
          <FileColumn ref={list} files={files} active={active.path} onActivate={(path) => change({ active: path })} />
          <FileView key={active.path} ref={diff} file={active} diffs={diffs} layout={layout} />
        </div>
      ) : (
        <ChangesList
          ref={list}
          diffRef={diff}
          files={files}
          diffs={diffs}
          layout={layout}
          peek={home === "rail" ? PEEK_ROWS : null}
          active={active.path}
          onToggle={toggle}
        />
      )}
      {isHelpShown && (
        <Suspense>
          <KeysDialog onClose={() => setHelpShown(false)} />
        </Suspense>
      )}
    </div>
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
