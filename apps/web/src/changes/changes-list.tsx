import type { PendingChange } from "@boocode/shared/changes/pending-change";
import type { SessionId } from "@boocode/shared/ids";
import clsx from "clsx";
import { lazy, Suspense, useRef, useState, type KeyboardEvent } from "react";
import { VList, type VListHandle } from "virtua";
import { Spinner } from "../ui/spinner.tsx";
import { ChangeFileLine } from "./change-file-row.tsx";
import { toChangeRows, type ChangeRow, type DiffLayout, type ShownChange } from "./change-rows.ts";
import { DiffLine } from "./diff/diff-lines.tsx";
import type { LineMark } from "./diff/line-marks.ts";
import type { OpenTurn } from "./diff/open-turn.ts";
import { showPath } from "./diff/show-path.ts";
import { useOpenDiffs } from "./use-open-diffs.ts";
import type { OnMark } from "./diff/writer-gutter.tsx";

const WriterPopup = lazy(() => import("./diff/writer-popup.tsx"));

type ChangesListProps = { sessionId: SessionId; changes: readonly PendingChange[]; layout: DiffLayout; onOpenTurn: OpenTurn | null };

/** The changed files and the lines of the open ones. j and k move between files; Enter opens and closes. */
export function ChangesList({ sessionId, changes, layout, onOpenTurn }: ChangesListProps) {
  const list = useRef<VListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [openPaths, setOpenPaths] = useState<ReadonlySet<string>>(NONE);
  const [activePath, setActivePath] = useState<string | null>(null);
  const [topRow, setTopRow] = useState(0);
  const [asked, setAsked] = useState<{ mark: LineMark; anchor: HTMLElement } | null>(null);
  const onMark: OnMark = (mark, anchor) => setAsked({ mark, anchor });
  const rows = toChangeRows(changes, useOpenDiffs(sessionId, changes, openPaths), layout);
  const active = changes.some((change) => change.path === activePath) ? activePath : (changes[0]?.path ?? null);
  const indexOf = (path: string | null) => rows.findIndex((row) => row.kind === "file" && row.change.path === path);

  const toggle = (path: string) => {
    const next = new Set(openPaths);
    if (!next.delete(path)) next.add(path);
    setOpenPaths(next);
    setActivePath(path);
  };
  const goTo = (path: string | undefined) => {
    if (path === undefined) return;
    setActivePath(path);
    list.current?.scrollToIndex(indexOf(path), { align: "nearest" });
    // The row is in the DOM only after the list has scrolled to it.
    requestAnimationFrame(() =>
      frame.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus({ preventScroll: true }),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = STEPS[event.key];
    const at = changes.findIndex((change) => change.path === active);
    if (step !== undefined) goTo(changes[Math.max(0, Math.min(changes.length - 1, at + step))]?.path);
    else if (event.key === "ArrowRight" && active !== null && !openPaths.has(active)) toggle(active);
    else if (event.key === "ArrowLeft" && active !== null && openPaths.has(active)) toggle(active);
    else return;
    event.preventDefault();
  };

  const top = rows[topRow];
  const stuck = top && top.kind !== "file" && top.kind !== "gap" ? changes.find((change) => change.path === top.path) : undefined;
  return (
    <div ref={frame} role="grid" aria-label="Changed files" tabIndex={-1} onKeyDown={onKeyDown} className="relative min-h-0 flex-1">
      <VList
        ref={list}
        data={rows}
        bufferSize={400}
        itemSize={19}
        keepMounted={active === null ? [] : [Math.max(0, indexOf(active))]}
        onScroll={(offset) => {
          setTopRow(list.current?.findItemIndex(offset + 1) ?? 0);
          // The popup's anchor may leave the DOM.
          setAsked(null);
        }}
        className="overscroll-contain"
      >
        {(row) => (
          <Row key={row.key} row={row} isActive={row.kind === "file" && row.change.path === active} onToggle={toggle} onMark={onMark} />
        )}
      </VList>
      {asked && (
        <Suspense>
          <WriterPopup {...asked} onOpenTurn={onOpenTurn} onClose={() => setAsked(null)} />
        </Suspense>
      )}
      {stuck && (
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          onClick={() => {
            toggle(stuck.path);
            list.current?.scrollToIndex(indexOf(stuck.path));
          }}
          className="absolute inset-x-0 top-0 flex h-8 items-center gap-2 border-b border-line bg-surface pr-3 pl-3 text-left"
        >
          <ChangeFileLine change={stuck} isOpen />
        </button>
      )}
    </div>
  );
}

const NONE: ReadonlySet<string> = new Set();
const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

type RowProps = { row: ChangeRow; isActive: boolean; onToggle: (path: string) => void; onMark: OnMark };

function Row({ row, isActive, onToggle, onMark }: RowProps) {
  switch (row.kind) {
    case "file":
      return <FileRow change={row.change} isOpen={row.isOpen} isActive={isActive} onToggle={onToggle} />;
    case "line":
      return <MarkedLine row={row} onMark={onMark} />;
    case "note":
      return (
        <p className="flex h-9 items-center gap-2 bg-surface px-4 text-sm text-muted">
          {row.isLoading && <Spinner size={12} />}
          {row.words}
        </p>
      );
    case "gap":
      return <div className="h-3 border-t border-line" />;
  }
}

/** A diff line as a grid cell, because the buttons of a grid must be inside cells. */
function MarkedLine({ row: { row, mark, numbers }, onMark }: { row: Extract<ChangeRow, { kind: "line" }>; onMark: OnMark }) {
  const line = <DiffLine row={row} mark={mark} numbers={numbers} onMark={onMark} />;
  if (!mark?.isFirst) return line;
  return (
    <div role="row" aria-label={mark.agent === null ? "Lines of yours" : `Lines by ${mark.agent}`}>
      <div role="gridcell">{line}</div>
    </div>
  );
}

type FileRowProps = { change: ShownChange; isOpen: boolean; isActive: boolean; onToggle: (path: string) => void };

function FileRow({ change, isOpen, isActive, onToggle }: FileRowProps) {
  return (
    <div role="row" aria-label={showPath(change.path)}>
      <div role="gridcell">
        <button
          type="button"
          aria-expanded={isOpen}
          tabIndex={isActive ? 0 : -1}
          data-path={change.path}
          onClick={() => onToggle(change.path)}
          className={clsx(
            "flex h-8 w-full items-center gap-2 px-3 text-left hover:bg-hover focus-visible:-outline-offset-2",
            isOpen && "border-b border-line bg-surface",
          )}
        >
          <ChangeFileLine change={change} isOpen={isOpen} />
        </button>
      </div>
    </div>
  );
}
