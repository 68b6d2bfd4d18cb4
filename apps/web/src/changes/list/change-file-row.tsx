import clsx from "clsx";
import { ChevronRight, UserRound } from "lucide-react";
import { AgentBadge } from "../../agents/agent-badge.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Tooltip } from "../../ui/popups/tooltip.tsx";
import { AgentIcon } from "../../agents/agent-icon.tsx";
import type { PanelFile } from "../panel-file.ts";
import { showPath } from "../../files/show-path.ts";

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
export function ChangeFileLine({ file, isOpen }: { file: PanelFile; isOpen: boolean | null }) {
  return (
    <>
      {isOpen !== null && (
        <ChevronRight aria-hidden className={clsx("size-3 shrink-0 text-faint transition-transform", isOpen && "rotate-90")} />
      )}
      <Operation file={file} />
      <FileName file={file} className="min-w-12 shrink" />
      <span className="min-w-0 flex-1 shrink-[3] truncate text-sm text-faint" title={showPath(file.path)}>
        {describeOrigin(file)}
      </span>
      <Staged file={file} />
      <span className={clsx("flex shrink-0 items-center gap-2", COVERED)}>
        <LineCounts file={file} />
        {file.agents.map((agent) => (
          <AgentBadge key={agent ?? "you"} agent={agent} />
        ))}
      </span>
    </>
  );
}

/** The same for a narrow column: the folder below the name, and icons for the authors. */
export function NarrowFileLine({ file }: { file: PanelFile }) {
  const origin = describeOrigin(file);
  return (
    <>
      <Operation file={file} />
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex min-w-0 items-center gap-1.5">
          <FileName file={file} className="min-w-0 flex-1" />
          <Staged file={file} />
          <span className={clsx("flex shrink-0 items-center gap-1.5", COVERED)}>
            <LineCounts file={file} />
            {file.agents.map((agent) => (
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
function describeOrigin({ operation, path, previousPath }: PanelFile): string {
  if (operation === "renamed" && previousPath) return `from ${showPath(previousPath)}`;
  const shown = showPath(path);
  return shown.slice(0, Math.max(0, shown.lastIndexOf("/")));
}

function Operation({ file }: { file: PanelFile }) {
  const { letter, word, ink } = OPERATION[file.operation];
  return (
    <>
      <span aria-hidden title={word} className={clsx("w-3 shrink-0 text-center font-mono text-xs font-medium", ink)}>
        {letter}
      </span>
      <span className="sr-only">{word}</span>
    </>
  );
}

function FileName({ file, className }: { file: PanelFile; className: string }) {
  const path = showPath(file.path);
  return (
    <span
      title={path}
      className={clsx("truncate", className, file.operation === "deleted" && "text-muted line-through decoration-line-strong")}
    >
      {path.slice(path.lastIndexOf("/") + 1)}
    </span>
  );
}

/** Marks an edit that is kept in the store and not on disk. */
function Staged({ file: { change } }: { file: PanelFile }) {
  if (change?.location !== "staged") return null;
  return change.stale ? (
    <Tooltip label="Staged over content that the worktree no longer has">
      <Badge tone="amber">staged, out of date</Badge>
    </Tooltip>
  ) : (
    <Tooltip label="Kept by BooCode, not written to any file yet">
      <Badge>staged</Badge>
    </Tooltip>
  );
}

function LineCounts({ file }: { file: PanelFile }) {
  if (file.binary) return <span className="shrink-0 text-xs text-faint">binary</span>;
  return (
    <span className="tabular shrink-0 text-xs">
      {file.additions > 0 && <span className="text-added">+{file.additions}</span>}{" "}
      {file.deletions > 0 && <span className="text-removed">−{file.deletions}</span>}
    </span>
  );
}
