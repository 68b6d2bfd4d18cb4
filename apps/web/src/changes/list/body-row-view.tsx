import clsx from "clsx";
import { useChangesFrame } from "../changes-frame.tsx";
import { DiffLine } from "../diff/diff-lines.tsx";
import { PlainView } from "../diff/plain-view.tsx";
import type { OnMark } from "../diff/writer-gutter.tsx";
import { HUNK_VERBS, JudgeButtons, JudgedMark } from "../actions/judge-buttons.tsx";
import { usePanelActions } from "../actions/panel-actions.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toHunkName } from "./list-handle.ts";
import type { BodyRow } from "./panel-rows.ts";

type BodyRowProps = {
  row: BodyRow;
  /** True if the pointer is on the row's hunk. */
  isHot: boolean;
  onMark: OnMark;
};

/** One row of an unfolded diff. */
export function BodyRowView({ row, isHot, onMark }: BodyRowProps) {
  switch (row.kind) {
    case "line":
      return row.row.kind === "hunk" ? <HunkRow row={row} isHot={isHot} /> : <MarkedLine row={row} onMark={onMark} />;
    case "note":
      return (
        <p className="flex min-h-9 items-center gap-2 bg-surface px-4 py-2 text-sm text-muted">
          {row.isLoading && <Spinner size={12} />}
          {row.words}
        </p>
      );
    case "more":
      return <MoreLines row={row} />;
    case "judged":
      return (
        <div style={{ height: row.height }} className="flex items-start bg-inset/50 px-3 py-1">
          <JudgedMark verb={row.verb} />
        </div>
      );
    case "plain":
      return (
        <div role="row" aria-label="The file itself">
          <div role="gridcell">
            <PlainView diff={row.diff} />
          </div>
        </div>
      );
    case "gap":
      return <div className="h-3 border-t border-line" />;
  }
}

type LineRow = Extract<BodyRow, { kind: "line" }>;

/** The header of a hunk: a row of its own, so that the keys find it. */
function HunkRow({ row: { path, row, numbers }, isHot }: { row: LineRow; isHot: boolean }) {
  const { whyHunk, busy, onHunk, hasHunks } = usePanelActions();
  const isBusy = busy.has(path);
  const actions = hasHunks(path) && (
    <JudgeButtons
      of="this hunk"
      verbs={HUNK_VERBS}
      why={(verb) => whyHunk(verb, path)}
      isBusy={isBusy}
      isReachable={false}
      onJudge={(verb, by) => onHunk(verb, path, row.hunk, by)}
      className={clsx(
        "ml-auto shrink-0 font-sans pointer-coarse:opacity-100",
        !isBusy && !isHot && "opacity-0 group-focus-within/hunk:opacity-100 group-hover/hunk:opacity-100",
      )}
    />
  );
  return (
    <div role="row" aria-label={`Hunk ${row.hunk + 1}`}>
      <div role="gridcell" tabIndex={-1} data-hunk={toHunkName(path, row.hunk)} className="group/hunk focus-visible:-outline-offset-2">
        <DiffLine row={row} numbers={numbers} hunkActions={actions} />
      </div>
    </div>
  );
}

/** A diff line as a grid cell, because the buttons of a grid must be inside cells. */
function MarkedLine({ row: { row, mark, numbers }, onMark }: { row: LineRow; onMark: OnMark }) {
  const line = <DiffLine row={row} mark={mark} numbers={numbers} onMark={onMark} />;
  // Lines with buttons have to be cells.
  if (!mark?.isFirst && numbers.owner === null) return line;
  const label = mark?.isFirst ? (mark.agent === null ? "Lines of yours" : `Lines by ${mark.agent}`) : undefined;
  return (
    <div role="row" aria-label={label}>
      <div role="gridcell">{line}</div>
    </div>
  );
}

function MoreLines({ row }: { row: Extract<BodyRow, { kind: "more" }> }) {
  const { openWide } = useChangesFrame();
  return (
    <div role="row" aria-label="More lines">
      <div role="gridcell">
        <button
          type="button"
          tabIndex={-1}
          onClick={() => openWide(null)}
          className="flex h-7 w-full items-center border-t border-line bg-surface px-4 text-sm text-muted hover:text-ink"
        >
          {row.lines} more lines, open wide
        </button>
      </div>
    </div>
  );
}
