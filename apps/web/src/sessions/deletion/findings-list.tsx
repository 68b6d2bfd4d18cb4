import type { SessionId } from "@boocode/shared/ids";
import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { toCount } from "../../ui/labels.ts";
import type { Finding } from "./describe-risk.ts";
import { FindingItems } from "./finding-items.tsx";

/** The number of findings shown at first. */
const SHOWN = 5;

type FindingsListProps = {
  findings: readonly Finding[];
  sessionId: SessionId | null;
  /** Stops what runs; null while that cannot be asked for. */
  onStopTasks: (() => void) | null;
};

/** What would be lost or stopped, each finding expandable to what it counts. */
export function FindingsList({ findings, sessionId, onStopTasks }: FindingsListProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? findings : findings.slice(0, SHOWN);
  const rest = findings.length - shown.length;
  return (
    <ul aria-label="Findings" className="divide-y divide-line overflow-hidden rounded-lg border border-line">
      {shown.map((finding, at) => (
        // A report has at most one finding of a kind; several reports are in a fixed order.
        <FindingRow key={`${finding.kind} ${at}`} finding={finding} sessionId={sessionId} onStopTasks={onStopTasks} />
      ))}
      {rest > 0 && (
        <li className="p-1.5 text-center">
          <Button size="sm" variant="quiet" onClick={() => setWhole(true)}>
            Show {toCount(rest, "more finding")}
          </Button>
        </li>
      )}
    </ul>
  );
}

function FindingRow({ finding, sessionId, onStopTasks }: { finding: Finding } & Omit<FindingsListProps, "findings">) {
  const { kind, words, note, items } = finding;
  const [isOpen, setOpen] = useState(false);
  const hasItems = items !== undefined && items.total > 0 && namedOf(items) > 0;
  const text = (
    <span className="min-w-0 flex-1">
      <span className="block">{words}</span>
      {note && <span className="block text-sm text-muted">{note}</span>}
    </span>
  );
  return (
    <li>
      {hasItems ? (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex min-h-9 w-full items-center gap-2 px-2.5 py-1.5 text-left -outline-offset-2 hover:bg-hover"
        >
          <ChevronRight aria-hidden className={clsx("size-3.5 shrink-0 text-faint transition-transform", isOpen && "rotate-90")} />
          {text}
        </button>
      ) : (
        <div className="flex min-h-9 items-center gap-2 py-1.5 pr-2.5 pl-8">
          {text}
          {kind === "tasks" && onStopTasks && (
            <Button size="sm" onClick={onStopTasks}>
              Stop and look again
            </Button>
          )}
        </div>
      )}
      {hasItems && isOpen && <FindingItems items={items} sessionId={sessionId} label={words} />}
    </li>
  );
}

function namedOf(items: NonNullable<Finding["items"]>): number {
  switch (items.kind) {
    case "files":
      return items.paths.length;
    case "commits":
      return items.commits.length;
    case "processes":
      return items.processes.length;
  }
}
