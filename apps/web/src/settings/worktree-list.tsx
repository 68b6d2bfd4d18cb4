import type { WorktreeEntry } from "@boocode/shared/worktrees/worktree-inventory";
import { useQuery } from "@tanstack/react-query";
import { FolderGit2, FolderX } from "lucide-react";
import { useState } from "react";
import { explainError } from "../api/explain-fault.ts";
import { trpc } from "../api/trpc.ts";
import { formatBytes } from "../changes/change-rows.ts";
import { toSessionPath } from "../sessions/session-paths.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Link } from "../ui/browser/location.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { describeBlocks } from "./describe-blocks.ts";

/** Number of worktrees shown at first. */
const SHOWN = 50;
/** Refetches on every opening, because reasons against a removal change with every turn and are not announced. */
const LOOKED_AT_ANEW = { staleTime: 0 };
const STATE_WORDS: Partial<Record<WorktreeEntry["state"], string>> = {
  creating: "being made",
  missing: "folder gone",
  replaced: "replaced",
};

/** Lists all worktrees with size, last use and reasons against removal. `onLeave` is called when a session is opened from it. */
export function WorktreeList({ onLeave }: { onLeave: () => void }) {
  const { data: worktrees, error, refetch } = useQuery(trpc.worktreeRisk.inventory.queryOptions(undefined, LOOKED_AT_ANEW));
  const [isWhole, setWhole] = useState(false);
  if (error) {
    return (
      <p className="flex flex-wrap items-center gap-2 text-muted">
        <span className="min-w-0 flex-1">
          {explainError(error).title}. {explainError(error).hint}
        </span>
        <Button size="sm" onClick={() => void refetch()}>
          Try again
        </Button>
      </p>
    );
  }
  if (!worktrees) return <Skeleton className="h-24 w-full" />;
  if (worktrees.length === 0) return <p className="text-muted">None yet. A session gets one with its first message.</p>;
  const shown = isWhole ? worktrees : worktrees.slice(0, SHOWN);
  return (
    <>
      <p className="tabular text-sm text-muted">{describeAll(worktrees)}</p>
      <ul aria-label="Worktrees" className="max-h-80 divide-y divide-line overflow-auto rounded-lg border border-line">
        {shown.map((worktree) => (
          <WorktreeRow key={worktree.id} worktree={worktree} onLeave={onLeave} />
        ))}
        {shown.length < worktrees.length && (
          <li className="p-1.5 text-center">
            <Button size="sm" variant="quiet" onClick={() => setWhole(true)}>
              Show all {worktrees.length}
            </Button>
          </li>
        )}
      </ul>
      <SetAside />
    </>
  );
}

function WorktreeRow({ worktree, onLeave }: { worktree: WorktreeEntry; onLeave: () => void }) {
  const { sessionId, sessionTitle, branch, path, state, size, lastUsedAt, blocks } = worktree;
  const title = sessionTitle ?? "Its session was deleted";
  const word = STATE_WORDS[state];
  const Icon = word && state !== "creating" ? FolderX : FolderGit2;
  return (
    <li className="flex gap-3 px-3 py-2">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-faint" />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-center gap-2">
          {sessionId === null ? (
            <span className="min-w-0 truncate text-muted">{title}</span>
          ) : (
            <Link
              to={toSessionPath(sessionId)}
              onClick={onLeave}
              title={title}
              className="min-w-0 truncate rounded-sm font-medium hover:underline"
            >
              {title}
            </Link>
          )}
          {word && <Badge tone={state === "creating" ? "neutral" : "amber"}>{word}</Badge>}
          <span className="tabular ml-auto shrink-0 text-sm text-muted">{describeSize(size)}</span>
        </div>
        <div className="flex min-w-0 items-center gap-1 text-sm text-faint">
          <span className="min-w-0 truncate font-mono" title={path}>
            {branch}
          </span>
          <CopyButton text={path} label={`Copy the path of ${title}`} className="-my-1 shrink-0" />
          <span className="tabular ml-auto shrink-0">
            used <RelativeTime at={lastUsedAt} isInSentence />
          </span>
        </div>
        <p className="text-sm text-muted">{describeBlocks(blocks)}</p>
      </div>
    </li>
  );
}

/** Lists the files set aside by worktree repairs. Renders nothing if there are none. */
function SetAside() {
  const { data: entries = [] } = useQuery(trpc.worktreeRisk.setAside.queryOptions(undefined, LOOKED_AT_ANEW));
  const [isWhole, setWhole] = useState(false);
  if (entries.length === 0) return null;
  const shown = isWhole ? entries : entries.slice(0, SHOWN);
  return (
    <details>
      <summary className="cursor-pointer rounded-sm text-sm text-muted">
        Set aside when a worktree was made again: {describeAll(entries, "folder")}. BooCode never removes them.
      </summary>
      <ul aria-label="Set aside" className="mt-2 max-h-60 divide-y divide-line overflow-auto rounded-lg border border-line">
        {shown.map(({ path, at, size }) => (
          <li key={path} className="flex min-h-8 items-center gap-2 px-3 text-sm">
            <span className="min-w-0 flex-1 truncate text-left font-mono [direction:rtl]" title={path}>
              <bdi>{path}</bdi>
            </span>
            <CopyButton text={path} label={`Copy the path ${path}`} className="shrink-0" />
            <span className="tabular shrink-0 text-muted">{describeSize(size)}</span>
            <RelativeTime at={at} className="tabular w-8 shrink-0 text-right text-faint" />
          </li>
        ))}
        {shown.length < entries.length && (
          <li className="p-1.5 text-center">
            <Button size="sm" variant="quiet" onClick={() => setWhole(true)}>
              Show all {entries.length}
            </Button>
          </li>
        )}
      </ul>
    </details>
  );
}

type Sized = { size: { bytes: number; isWhole: boolean } | null };

function describeSize(size: Sized["size"]): string {
  if (size === null) return "measuring…";
  return `${size.isWhole ? "" : "over "}${formatBytes(size.bytes)}`;
}

function describeAll(all: readonly Sized[], noun = "worktree"): string {
  const bytes = all.reduce((sum, { size }) => sum + (size?.bytes ?? 0), 0);
  const isKnown = all.every(({ size }) => size?.isWhole === true);
  return `${all.length} ${noun}${all.length === 1 ? "" : "s"}, ${isKnown ? "" : "at least "}${formatBytes(bytes)}`;
}
