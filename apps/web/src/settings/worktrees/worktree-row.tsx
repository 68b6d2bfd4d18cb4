import type { WorktreeEntry } from "@boocode/shared/worktrees/worktree-inventory";
import { FolderGit2, FolderX } from "lucide-react";
import type { DeletionTarget } from "../../sessions/deletion/use-deletion.tsx";
import { toSessionPath } from "../../sessions/session-paths.ts";
import { Badge } from "../../ui/badge.tsx";
import { Link } from "../../ui/browser/location.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RepairButtons } from "../../worktrees/worktree-notice.tsx";
import { describeBlocks } from "./describe-blocks.ts";
import { describeSize } from "./describe-size.ts";

const STATE_WORDS: Partial<Record<WorktreeEntry["state"], string>> = {
  creating: "being made",
  missing: "folder gone",
  replaced: "replaced",
};

type WorktreeRowProps = { worktree: WorktreeEntry; onDelete: (target: DeletionTarget) => void };

/** One worktree: whose it is, what it takes, what it is kept for, and what can be done about it. */
export function WorktreeRow({ worktree, onDelete }: WorktreeRowProps) {
  const { sessionId, sessionTitle, branch, adopted, path, state, size, lastUsedAt, blocks } = worktree;
  const title = sessionTitle ?? "Belongs to no session";
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
            <Link to={toSessionPath(sessionId)} title={title} className="min-w-0 truncate rounded-sm font-medium hover:underline">
              {title}
            </Link>
          )}
          {adopted === "worktree" && <Badge>not made by BooCode</Badge>}
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
        <div className="flex min-w-0 flex-wrap items-center gap-x-2">
          <p className="min-w-0 flex-1 text-sm text-muted">{describeBlocks(blocks, sessionId !== null)}</p>
          {state !== "creating" && (
            <Button
              size="sm"
              variant="quiet"
              className="-mr-2"
              aria-label={sessionId === null ? `Clean up ${branch}` : `Delete session ${title}`}
              onClick={() =>
                onDelete(
                  sessionId === null ? { kind: "worktree", worktreeId: worktree.id, title: branch } : { kind: "session", sessionId, title },
                )
              }
            >
              {sessionId === null ? "Clean up" : "Delete session"}
            </Button>
          )}
        </div>
        {sessionId !== null && (state === "missing" || state === "replaced") && (
          <div className="mt-1.5 mb-1">
            <RepairButtons sessionId={sessionId} isReplaced={state === "replaced"} isAdopted={adopted === "worktree"} />
          </div>
        )}
      </div>
    </li>
  );
}
