import clsx from "clsx";
import { memo, type ReactNode } from "react";
import type { LineOwner } from "../review/find-comments.ts";
import { CommentButton, LineNotes } from "../review/line-notes.tsx";
import type { DiffRow, Gutter } from "./diff-rows.ts";
import type { FileColours } from "./text/file-colours.ts";
import type { LineMark } from "./line-marks.ts";
import { LineText } from "./text/line-text.tsx";
import type { PatchLine } from "./parse-patch.ts";
import { WriterGutter, type OnMark } from "./writer-gutter.tsx";

type DiffLineProps = {
  row: DiffRow;
  numbers: Gutter;
  /** The author of the line; without it, the author gutter is not drawn. */
  mark?: LineMark | null;
  onMark?: OnMark;
  /** What can be done with the hunk, in its header. */
  hunkActions?: ReactNode;
};

const SIGN = { context: " ", added: "+", deleted: "−" } as const;
const GROUND = { context: "", added: "bg-added-soft", deleted: "bg-removed-soft" } as const;
const INK = { context: "text-faint", added: "text-added", deleted: "text-removed" } as const;

/** One row of a diff. Long lines wrap. */
export const DiffLine = memo(function DiffLine({ row, numbers, mark, onMark, hunkActions }: DiffLineProps) {
  if (row.kind === "hunk") return <HunkHead row={row} actions={hunkActions} />;
  const gutter = mark !== undefined && <WriterGutter mark={mark} onMark={onMark} />;
  if (row.kind === "unified") {
    const { line, partner } = row;
    return (
      <WithNotes owner={numbers.owner} lines={[line]}>
        <div className={clsx("group/line relative flex font-mono text-[12px] leading-[19px]", GROUND[line.kind])}>
          {gutter}
          {numbers.hasOld && <LineNumber value={line.oldNumber} digits={numbers.digits} kind={line.kind} />}
          {numbers.hasNew && <LineNumber value={line.newNumber} digits={numbers.digits} kind={line.kind} />}
          <Content line={line} hunk={row.hunk} partner={partner} colours={numbers.colours} />
          {numbers.owner && <CommentButton owner={numbers.owner} line={line} />}
        </div>
      </WithNotes>
    );
  }
  // An unchanged line is the same on both sides.
  const noted = row.left?.kind === "context" ? [row.left] : [row.left, row.right].filter((line) => line !== null);
  return (
    <WithNotes owner={numbers.owner} lines={noted}>
      <div className="flex font-mono text-[12px] leading-[19px]">
        {gutter}
        <Half line={row.left} number={row.left?.oldNumber ?? null} hunk={row.hunk} partner={row.right} numbers={numbers} />
        <span aria-hidden className="w-px shrink-0 self-stretch bg-line" />
        <Half line={row.right} number={row.right?.newNumber ?? null} hunk={row.hunk} partner={row.left} numbers={numbers} />
      </div>
    </WithNotes>
  );
});

type WithNotesProps = { owner: LineOwner | null; lines: readonly PatchLine[]; children: ReactNode };

/** A line with its comments below it. */
function WithNotes({ owner, lines, children }: WithNotesProps) {
  if (owner === null) return children;
  return (
    <>
      {children}
      {lines.map((line) => (
        <LineNotes key={line.kind} owner={owner} line={line} />
      ))}
    </>
  );
}

function HunkHead({ row, actions }: { row: Extract<DiffRow, { kind: "hunk" }>; actions: ReactNode }) {
  const skipped = row.skippedLines === 1 ? "1 unchanged line" : `${row.skippedLines} unchanged lines`;
  return (
    <div
      className={clsx(
        "flex h-6 items-center gap-2 border-y border-line bg-inset px-3 text-xs text-faint",
        actions && "pointer-coarse:h-10",
      )}
    >
      <span className="shrink-0">{row.skippedLines > 0 ? skipped : "⋯"}</span>
      {row.section && <span className="min-w-0 truncate font-mono">{row.section}</span>}
      {actions}
    </div>
  );
}

type HalfProps = { line: PatchLine | null; number: number | null; hunk: number; partner: PatchLine | null; numbers: Gutter };

function Half({ line, number, hunk, partner, numbers }: HalfProps) {
  if (!line) return <div aria-hidden className="min-w-0 flex-1 bg-surface" />;
  return (
    <div className={clsx("group/line relative flex min-w-0 flex-1", GROUND[line.kind])}>
      <LineNumber value={number} digits={numbers.digits} kind={line.kind} />
      <Content line={line} hunk={hunk} partner={line.kind === "context" ? null : partner} colours={numbers.colours} />
      {numbers.owner && <CommentButton owner={numbers.owner} line={line} />}
    </div>
  );
}

function LineNumber({ value, digits, kind }: { value: number | null; digits: number; kind: PatchLine["kind"] }) {
  return (
    <span
      data-number={value ?? ""}
      aria-hidden
      style={{ width: `${digits + 1.5}ch` }}
      className={clsx(
        "tabular shrink-0 pr-[0.75ch] text-right select-none before:content-[attr(data-number)]",
        kind === "context" ? "text-faint" : INK[kind],
      )}
    />
  );
}

type ContentProps = { line: PatchLine; hunk: number; partner: PatchLine | null; colours: FileColours | null };

function Content({ line, hunk, partner, colours }: ContentProps) {
  return (
    <>
      <span aria-hidden className={clsx("w-[2ch] shrink-0 text-center select-none", INK[line.kind])}>
        {SIGN[line.kind]}
      </span>
      {line.kind !== "context" && <span className="sr-only">{line.kind === "added" ? "added: " : "deleted: "}</span>}
      <span className="min-w-0 flex-1 pr-2 break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
        <LineText line={line} hunk={hunk} partner={partner} colours={colours} />
        {line.endsWithoutNewline && <span className="ml-2 font-sans text-xs text-faint italic select-none">no line break at the end</span>}
      </span>
    </>
  );
}
