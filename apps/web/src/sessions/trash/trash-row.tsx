import type { TrashEntry } from "@boocode/shared/trash/trash-entry";
import { FolderGit2, MessagesSquare } from "lucide-react";
import { useState } from "react";
import { formatBytes } from "../../changes/change-rows.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { toCount } from "../../ui/labels.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { restoreDeleted } from "../deletion/leave-deleted.ts";
import { describeHolds } from "./describe-entry.ts";

type TrashRowProps = { entry: TrashEntry; projectName: string | null; now: number; onPurge: () => void };

/** One deleted session or worktree: what it was, what is left of it, and the ways out of the trash. */
export function TrashRow({ entry, projectName, now, onPurge }: TrashRowProps) {
  const { id, kind, title, branch, chats, holds, isForced, deletedAt, size } = entry;
  const [isBusy, setBusy] = useState(false);
  const restore = async () => {
    setBusy(true);
    await restoreDeleted(id);
    setBusy(false);
  };
  const Icon = holds === "records" || holds === "released" ? MessagesSquare : FolderGit2;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3 py-2.5 [contain-intrinsic-height:68px] [content-visibility:auto]">
      <Icon aria-hidden className="size-4 shrink-0 self-start text-faint [translate:0_2px]" />
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex min-w-0 items-center gap-2">
          <span className="min-w-0 truncate font-medium" title={title}>
            {title}
          </span>
          {kind === "worktree" && <Badge>worktree</Badge>}
          {isForced && <Badge title="It was deleted although work in it existed nowhere else, or could not be read.">forced</Badge>}
        </p>
        <p className="flex min-w-0 gap-1.5 text-sm text-muted">
          <span className="max-w-1/2 shrink-0 truncate">{projectName ?? "a project no longer registered"}</span>
          {branch !== null && (
            <>
              <span aria-hidden>·</span>
              <span className="min-w-0 truncate font-mono" title={branch}>
                {branch}
              </span>
            </>
          )}
          {chats > 0 && (
            <>
              <span aria-hidden>·</span>
              <span className="shrink-0">{toCount(chats, "chat")}</span>
            </>
          )}
        </p>
        <p className="tabular text-sm text-faint">
          Deleted <RelativeTime at={deletedAt} isInSentence />. {describeHolds(entry, now)}.
        </p>
      </div>
      <div className="ml-auto flex shrink-0 items-center gap-2">
        <span className="tabular w-20 text-right text-sm text-muted max-sm:w-auto">
          {size === null ? (holds === "folder" ? "measuring…" : "") : formatBytes(size)}
        </span>
        <Button size="sm" busy={isBusy} aria-label={`Restore ${title}`} onClick={() => void restore()}>
          Restore
        </Button>
        <Button size="sm" variant="quiet" aria-label={`Purge ${title}…`} onClick={onPurge}>
          Purge…
        </Button>
      </div>
    </li>
  );
}
