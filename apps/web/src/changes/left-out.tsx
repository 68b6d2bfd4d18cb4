import type { SessionId } from "@boocode/shared/ids";
import { MAX_LISTED_CHANGES } from "@boocode/shared/changes/pending-change";
import { useQuery } from "@tanstack/react-query";
import { trpc } from "../api/trpc.ts";
import { showPath } from "../files/show-path.ts";

const NAMED = 2;

/** Lists the files of the worktree that no change covers: too big, too many, unreadable, in a submodule. Renders nothing if none. */
export function LeftOut({ sessionId }: { sessionId: SessionId }) {
  const { data } = useQuery(trpc.pendingChanges.leftOut.queryOptions({ sessionId }));
  const paths = (data?.paths ?? []).map(showPath);
  if (paths.length === 0) return null;
  const rest = paths.length - NAMED;
  return (
    <p className="shrink-0 border-b border-line px-3 py-1.5 text-sm text-muted" title={paths.join("\n")}>
      In no change, being too large, too many, not readable or in a repository inside: {paths.slice(0, NAMED).join(", ")}
      {rest > 0 && ` and ${rest} more`}
    </p>
  );
}

/** Says that not all pending changes are listed, and when the others come. */
export function CutNote() {
  return (
    <p className="shrink-0 border-b border-line px-3 py-1.5 text-sm text-muted">
      Only the first {MAX_LISTED_CHANGES.toLocaleString("en")} changes in the worktree are listed. The others follow as these are applied or
      rejected.
    </p>
  );
}
