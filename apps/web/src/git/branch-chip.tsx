import type { SessionId } from "@boocode/shared/ids";
import { clsx } from "clsx";
import { GitBranch } from "lucide-react";
import { Tooltip } from "../ui/popups/tooltip.tsx";
import { askForGit } from "./git-asked.ts";
import { useKnownGit } from "./use-git.ts";

interface BranchChipProps {
  sessionId: SessionId;
  /** What is checked out. */
  branch: string;
  /** The session's own branch, if that is another one. */
  ownBranch: string | null;
}

/** The branch that is checked out, with what is to push and to bring in as last seen. It opens git. */
export function BranchChip({ sessionId, branch, ownBranch }: BranchChipProps) {
  const known = useKnownGit(sessionId);
  const behind = Math.max(0, ...(known?.base?.targets ?? []).map((target) => target.behind));
  const ahead = known?.upstream?.ahead ?? 0;
  const isMidway = known?.operation != null;
  const label = [
    ownBranch === null ? `Branch ${branch}` : `${branch} is checked out instead of ${ownBranch}`,
    ...(isMidway ? ["git is in the middle of something"] : []),
    ...(ahead > 0 ? [`${ahead} to push`] : []),
    ...(behind > 0 ? [`${behind} behind the base`] : []),
  ].join(", ");
  return (
    <Tooltip label={`${label}. Click for git.`}>
      <button
        type="button"
        aria-label={`${label}, show git`}
        onClick={() => askForGit(sessionId)}
        className={clsx(
          "flex h-6 min-w-8 shrink-[20] items-center gap-1.5 rounded-md px-1.5 font-mono text-sm hover:bg-hover hover:text-ink max-md:hidden",
          ownBranch !== null || isMidway ? "text-amber" : "text-muted",
        )}
      >
        <GitBranch aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate">{branch}</span>
        {ahead > 0 && <span className="tabular shrink-0">↑{ahead}</span>}
        {behind > 0 && <span className="tabular shrink-0">↓{behind}</span>}
      </button>
    </Tooltip>
  );
}
