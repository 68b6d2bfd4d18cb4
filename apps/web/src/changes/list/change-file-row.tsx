import clsx from "clsx";
import { ChevronRight, UserRound } from "lucide-react";
import { AgentBadge } from "../../agents/agent-badge.tsx";
import { AgentIcon } from "../../agents/agent-icon.tsx";
import type { ShownChange } from "../change-rows.ts";
import { showPath } from "../diff/show-path.ts";

const OPERATION = {
  added: { letter: "A", word: "added", ink: "text-added" },
  modified: { letter: "M", word: "modified", ink: "text-muted" },
  deleted: { letter: "D", word: "deleted", ink: "text-removed" },
  renamed: { letter: "R", word: "renamed", ink: "text-muted" },
} as const;

/** Hides what is in the place of a row's buttons while they show. */
const COVERED =
  "group-data-judgeable/file:group-hover/file:opacity-0 group-data-judgeable/file:group-focus-within/file:opacity-0 group-data-busy/file:opacity-0 pointer-coarse:opacity-100!";

/** The content of a file's row: operation, name, folder, line counts and authors. `isOpen` is null if it does not unfold. */
export function ChangeFileLine({ change, isOpen }: { change: ShownChange; isOpen: boolean | null }) {
  return (
    <>
      {isOpen !== null && (
        <ChevronRight aria-hidden className={clsx("size-3 shrink-0 text-faint transition-transform", isOpen && "rotate-90")} />
      )}
      <Operation change={change} />
      <FileName change={change} className="min-w-12 shrink" />
      <span className="min-w-0 flex-1 shrink-[3] truncate text-sm text-faint" title={showPath(change.path)}>
        {describeOrigin(change)}
      </span>
      <span className={clsx("flex shrink-0 items-center gap-2", COVERED)}>
        <LineCounts change={change} />
        {change.agents.map((agent) => (
          <AgentBadge key={agent ?? "you"} agent={agent} />
        ))}
      </span>
    </>
  );
}

/** The same for a narrow column: the folder below the name, and icons for the authors. */
export function NarrowFileLine({ change }: { change: ShownChange }) {
  const origin = describeOrigin(change);
  return (
    <>
      <Operation change={change} />
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex min-w-0 items-center gap-1.5">
          <FileName change={change} className="min-w-0 flex-1" />
          <span className={clsx("flex shrink-0 items-center gap-1.5", COVERED)}>
            <LineCounts change={change} />
            {change.agents.map((agent) => (
              <span key={agent ?? "you"} title={agent ?? "you"} className="shrink-0 text-muted">
                {agent === null ? <UserRound aria-hidden className="size-3" /> : <AgentIcon agent={agent} size={12} />}
                <span className="sr-only">{agent ?? "you"}</span>
              </span>
            ))}
          </span>
        </span>
        {origin && <span className="truncate text-xs text-faint">{origin}</span>}
      </span>
    </>
  );
}

/** Where the file is, or what it was called before. */
function describeOrigin({ operation, path, previousPath }: ShownChange): string {
  if (operation === "renamed" && previousPath) return `from ${showPath(previousPath)}`;
  const shown = showPath(path);
  return shown.slice(0, Math.max(0, shown.lastIndexOf("/")));
}

function Operation({ change }: { change: ShownChange }) {
  const { letter, word, ink } = OPERATION[change.operation];
  return (
    <>
      <span aria-hidden title={word} className={clsx("w-3 shrink-0 text-center font-mono text-xs font-medium", ink)}>
        {letter}
      </span>
      <span className="sr-only">{word}</span>
    </>
  );
}

function FileName({ change, className }: { change: ShownChange; className: string }) {
  const path = showPath(change.path);
  return (
    <span
      title={path}
      className={clsx("truncate", className, change.operation === "deleted" && "text-muted line-through decoration-line-strong")}
    >
      {path.slice(path.lastIndexOf("/") + 1)}
    </span>
  );
}

function LineCounts({ change }: { change: ShownChange }) {
  if (change.binary) return <span className="shrink-0 text-xs text-faint">binary</span>;
  return (
    <span className="tabular shrink-0 text-xs">
      {change.additions > 0 && <span className="text-added">+{change.additions}</span>}{" "}
      {change.deletions > 0 && <span className="text-removed">−{change.deletions}</span>}
    </span>
  );
}
