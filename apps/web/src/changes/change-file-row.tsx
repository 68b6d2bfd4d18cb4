import clsx from "clsx";
import { ChevronRight } from "lucide-react";
import { AgentBadge } from "../agents/agent-badge.tsx";
import type { ShownChange } from "./change-rows.ts";
import { showPath } from "./diff/show-path.ts";

const OPERATION = {
  added: { letter: "A", word: "added", ink: "text-added" },
  modified: { letter: "M", word: "modified", ink: "text-muted" },
  deleted: { letter: "D", word: "deleted", ink: "text-removed" },
  renamed: { letter: "R", word: "renamed", ink: "text-muted" },
} as const;

/** The content of a file's row: operation, name, folder, line counts and authors. */
export function ChangeFileLine({ change, isOpen }: { change: ShownChange; isOpen: boolean }) {
  const { letter, word, ink } = OPERATION[change.operation];
  const path = showPath(change.path);
  const slash = path.lastIndexOf("/");
  const folder = path.slice(0, Math.max(0, slash));
  const from = change.operation === "renamed" && change.previousPath ? `from ${showPath(change.previousPath)}` : folder;
  return (
    <>
      <ChevronRight aria-hidden className={clsx("size-3 shrink-0 text-faint transition-transform", isOpen && "rotate-90")} />
      <span aria-hidden title={word} className={clsx("w-3 shrink-0 text-center font-mono text-xs font-medium", ink)}>
        {letter}
      </span>
      <span className="sr-only">{word}</span>
      <span
        title={path}
        className={clsx(
          "max-w-[70%] shrink-0 truncate",
          change.operation === "deleted" && "text-muted line-through decoration-line-strong",
        )}
      >
        {path.slice(slash + 1)}
      </span>
      <span className="min-w-0 flex-1 truncate text-sm text-faint" title={path}>
        {from}
      </span>
      {change.binary ? (
        <span className="shrink-0 text-xs text-faint">binary</span>
      ) : (
        <span className="tabular shrink-0 text-xs">
          {change.additions > 0 && <span className="text-added">+{change.additions}</span>}{" "}
          {change.deletions > 0 && <span className="text-removed">−{change.deletions}</span>}
        </span>
      )}
      {change.agents.map((agent) => (
        <AgentBadge key={agent ?? "you"} agent={agent} />
      ))}
    </>
  );
}
