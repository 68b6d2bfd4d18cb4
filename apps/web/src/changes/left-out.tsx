import type { SessionId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { trpc } from "../api/trpc.ts";
import { showPath } from "./show-path.ts";

const NAMED = 2;

/** Says which files lie in the worktree and are in no change, because they are too big or too many. Nothing where there are none. */
export function LeftOut({ sessionId }: { sessionId: SessionId }) {
  const { data } = useQuery(trpc.pendingChanges.leftOut.queryOptions({ sessionId }));
  const paths = (data?.paths ?? []).map(showPath);
  if (paths.length === 0) return null;
  const rest = paths.length - NAMED;
  return (
    <p className="shrink-0 border-b border-line px-3 py-1.5 text-sm text-muted" title={paths.join("\n")}>
      Too large or too many to follow: {paths.slice(0, NAMED).join(", ")}
      {rest > 0 && ` and ${rest} more`}
    </p>
  );
}
