import type { PendingChange } from "@boocode/shared/changes/pending-change";
import type { SessionId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpc } from "../../api/trpc.ts";
import { describeView } from "../../changes/change-rows.ts";
import { PatchView } from "../../changes/diff/patch-view.tsx";
import { showPath } from "../../files/show-path.ts";
import { useRefresh } from "../../changes/use-refresh.ts";
import { Button } from "../../ui/button.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import type { FindingItems as Items } from "./describe-risk.ts";

/** The number of items shown at first. */
const SHOWN = 8;
const SHORT_COMMIT = 8;

type FindingItemsProps = {
  items: Items;
  /** Null if there is no session whose changes could be read. */
  sessionId: SessionId | null;
  /** The finding they belong to. */
  label: string;
};

/** The files, commits or programs that a finding counts. */
export function FindingItems({ items, sessionId, label }: FindingItemsProps) {
  switch (items.kind) {
    case "files":
      return (
        <CutList label={label} total={items.total}>
          {items.paths.map((path) => (
            <FileItem key={path} path={path} sessionId={items.hasDiff ? sessionId : null} />
          ))}
        </CutList>
      );
    case "commits":
      return (
        <CutList label={label} total={items.total}>
          {items.commits.map(({ oid, subject, at }) => (
            <li key={oid} className="flex min-h-7 items-center gap-2 pr-2.5 pl-8">
              <code className="shrink-0 text-sm text-muted" title={oid}>
                {oid.slice(0, SHORT_COMMIT)}
              </code>
              <span className="min-w-0 flex-1 truncate" title={subject}>
                {subject === "" ? "(no message)" : subject}
              </span>
              <RelativeTime at={at} className="tabular shrink-0 text-sm text-faint" />
            </li>
          ))}
        </CutList>
      );
    case "processes":
      return (
        <CutList label={label} total={items.total}>
          {items.processes.map(({ pid, name }) => (
            <li key={pid} className="flex min-h-7 items-center gap-2 pr-2.5 pl-8">
              <code className="min-w-0 flex-1 truncate text-sm" title={name}>
                {name}
              </code>
              <span className="tabular shrink-0 text-sm text-faint">process {pid}</span>
            </li>
          ))}
        </CutList>
      );
  }
}

/** A list of which the beginning is shown. `total` may be more than the items known by name. */
function CutList({ label, total, children }: { label: string; total: number; children: ReactNode[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? children : children.slice(0, SHOWN);
  const hidden = children.length - shown.length;
  const rest = total - shown.length;
  return (
    <ul aria-label={label} className="border-t border-line bg-inset py-1">
      {shown}
      {hidden > 0 ? (
        <li className="px-6 py-0.5">
          <Button size="sm" variant="quiet" onClick={() => setWhole(true)}>
            and {rest.toLocaleString("en")} more
          </Button>
        </li>
      ) : (
        rest > 0 && <li className="py-1 pl-8 text-sm text-muted">and {rest.toLocaleString("en")} more</li>
      )}
    </ul>
  );
}

/** One file. Its diff opens below it if it is one of the session's pending changes. */
function FileItem({ path, sessionId }: { path: string; sessionId: SessionId | null }) {
  const [isOpen, setOpen] = useState(false);
  const name = (
    // The end of a path says more than its beginning, so the beginning is cut off.
    <span className="min-w-0 flex-1 truncate text-left font-mono text-sm [direction:rtl]" title={showPath(path)}>
      <bdi>{showPath(path)}</bdi>
    </span>
  );
  if (sessionId === null) return <li className="flex min-h-7 items-center pr-2.5 pl-8">{name}</li>;
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-7 w-full items-center gap-2 pr-2.5 pl-8 -outline-offset-2 hover:bg-hover"
      >
        <ChevronRight aria-hidden className={clsx("size-3 shrink-0 text-faint transition-transform", isOpen && "rotate-90")} />
        {name}
      </button>
      {isOpen && <FileDiff path={path} sessionId={sessionId} />}
    </li>
  );
}

function FileDiff({ path, sessionId }: { path: string; sessionId: SessionId }) {
  useRefresh(sessionId);
  const { data: changes, error } = useQuery(trpc.pendingChanges.list.queryOptions({ sessionId }));
  const change = changes?.find((each) => each.path === path || each.previousPath === path);
  if (error) return <Note>{explainError(error).title}.</Note>;
  if (!changes) return <Note>Reading…</Note>;
  if (!change) return <Note>Its content is that of the session's base, so there is no diff. It is not committed.</Note>;
  return <ChangeOf change={change} sessionId={sessionId} />;
}

function ChangeOf({ change, sessionId }: { change: PendingChange; sessionId: SessionId }) {
  const { data: diff, error } = useQuery(trpc.pendingChanges.diff.queryOptions({ sessionId, changeId: change.id }));
  if (error) return <Note>{explainError(error).title}.</Note>;
  if (!diff) return <Note>Reading…</Note>;
  const notes = describeView(diff);
  return (
    <div className="border-y border-line bg-canvas">
      {notes.map((words) => (
        <Note key={words}>{words}.</Note>
      ))}
      {diff.view === "text" && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        <div role="group" aria-label={`Diff of ${showPath(change.path)}`} tabIndex={0} className="max-h-72 overflow-auto -outline-offset-2">
          <PatchView id={change.id} patch={diff.patch} />
        </div>
      )}
    </div>
  );
}

function Note({ children }: { children: ReactNode }) {
  return <p className="py-1 pr-2.5 pl-8 text-sm text-muted">{children}</p>;
}
