import type { ConflictSide, ConflictSides } from "@boocode/shared/changes/conflict-sides";
import { useState, type ReactNode } from "react";
import { VList } from "virtua";
import { Segmented } from "../../ui/segmented.tsx";
import { toCount } from "../../ui/labels.ts";
import { describeSide } from "./describe-side.ts";
import { parseMerge, type MergeConflict } from "./parse-merge.ts";

/** The most conflicts of one file shown side by side. */
const SHOWN = 50;
const LINE_PX = 19;

const VIEWS = [
  { value: "sides", label: "Three sides" },
  { value: "merged", label: "Merged" },
] as const;

/** What the columns of the two versions are called. */
export type SideNames = { ours: string; theirs: string };

/** The three sides of a conflict, and what merging them gives. */
export function SidesView({ sides, names }: { sides: ConflictSides; names: SideNames }) {
  const [view, setView] = useState<"sides" | "merged">("sides");
  const conflicts = sides.merged === null ? [] : parseMerge(sides.merged);
  return (
    <div className="flex flex-col gap-3">
      {sides.merged !== null && <Segmented label="What is shown of the conflict" value={view} onChange={setView} options={VIEWS} />}
      {view === "merged" && sides.merged !== null ? (
        <MergedText text={sides.merged} />
      ) : conflicts.length > 0 ? (
        <>
          {conflicts.slice(0, SHOWN).map((conflict) => (
            <ConflictLines key={conflict.line} conflict={conflict} names={names} />
          ))}
          {conflicts.length > SHOWN && <p className="text-muted">{toCount(conflicts.length - SHOWN, "more conflict")} below</p>}
        </>
      ) : (
        <Columns
          names={names}
          ours={<Whole side={sides.ours} />}
          base={<Whole side={sides.base} />}
          theirs={<Whole side={sides.theirs} />}
        />
      )}
    </div>
  );
}

function ConflictLines({ conflict, names }: { conflict: MergeConflict; names: SideNames }) {
  const { before, after, ours, base, theirs } = conflict;
  const column = (lines: readonly string[] | null, ground: string) =>
    lines && (
      <Code>
        <Lines lines={before} className="text-faint" />
        <Lines lines={lines} className={ground} />
        <Lines lines={after} className="text-faint" />
      </Code>
    );
  return (
    <section aria-label={`Conflict at line ${conflict.line}`}>
      <Columns
        names={names}
        ours={column(ours, "bg-amber-soft")}
        base={column(base, "bg-inset")}
        theirs={column(theirs, "bg-added-soft")}
      />
    </section>
  );
}

type ColumnsProps = { names: SideNames; ours: ReactNode; base: ReactNode; theirs: ReactNode };

/** Three columns, below each other where there is no room. */
function Columns({ names, ours, base, theirs }: ColumnsProps) {
  const columns = [
    { name: names.ours, content: ours },
    { name: "Before both", content: base },
    { name: names.theirs, content: theirs },
  ];
  return (
    <div className="grid grid-cols-1 overflow-hidden rounded-md border border-line md:grid-cols-3">
      {columns.map(({ name, content }, at) => (
        <div key={name} className={at === 0 ? "min-w-0" : "min-w-0 border-t border-line md:border-t-0 md:border-l"}>
          <h3 className="truncate border-b border-line bg-surface px-2 py-1 text-xs text-muted" title={name}>
            {name}
          </h3>
          {content}
        </div>
      ))}
    </div>
  );
}

function Whole({ side }: { side: ConflictSide }) {
  const words = describeSide(side);
  if (words !== "" || side.kind !== "text") return <p className="px-2 py-2 text-muted">{words}</p>;
  return <LongText text={side.text} label="The whole file" />;
}

function MergedText({ text }: { text: string }) {
  return (
    <div className="overflow-hidden rounded-md border border-line">
      <LongText text={text} label="The merged file" />
    </div>
  );
}

/** A text of any length, of which only the visible lines are in the page. */
function LongText({ text, label }: { text: string; label: string }) {
  const lines = text.split("\n");
  return (
    <VList
      data={lines}
      itemSize={LINE_PX}
      role="region"
      aria-label={label}
      tabIndex={0}
      style={{ height: Math.min(360, lines.length * LINE_PX) }}
      className="font-mono text-[12px] leading-[19px]"
    >
      {(line, at) => <Line key={at} text={line} />}
    </VList>
  );
}

function Code({ children }: { children: ReactNode }) {
  return <div className="max-h-90 overflow-auto font-mono text-[12px] leading-[19px]">{children}</div>;
}

function Lines({ lines, className }: { lines: readonly string[]; className: string }) {
  return (
    <div className={className}>
      {lines.map((line, at) => (
        <Line key={at} text={line} />
      ))}
    </div>
  );
}

const Line = ({ text }: { text: string }) => (
  <div className="px-2 break-words whitespace-pre-wrap [overflow-wrap:anywhere]">{text.replace(/\r$/, "") || "\u200b"}</div>
);
