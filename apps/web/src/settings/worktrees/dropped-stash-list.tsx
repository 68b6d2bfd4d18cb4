import type { DroppedStash } from "@boocode/shared/worktrees/stash";
import { useMutation, useQueries } from "@tanstack/react-query";
import { trpc, trpcClient } from "../../api/trpc.ts";
import { useProjects } from "../../sessions/use-sessions.ts";
import { Button } from "../../ui/button.tsx";
import { toCount } from "../../ui/labels.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { forgetStashLists } from "./forget-stash-lists.ts";

/** Lists the stashes that were dropped, with the day until which each can be brought back. Renders nothing if there is none. */
export function DroppedStashList() {
  const projects = useProjects() ?? [];
  const lists = useQueries({
    queries: projects.map(({ id }) => trpc.worktreeRisk.droppedStashes.queryOptions({ projectId: id }, { staleTime: 0 })),
  });
  const rows = lists.flatMap(({ data }) => data ?? []);
  if (rows.length === 0) return null;
  return (
    <details>
      <summary className="cursor-pointer text-sm text-muted">Dropped: {toCount(rows.length, "stash", "stashes")}</summary>
      <ul aria-label="Dropped stashes" className="mt-1 max-h-60 divide-y divide-line overflow-auto rounded-lg border border-line">
        {rows.map((stash) => (
          <DroppedRow key={stash.stashId} {...stash} />
        ))}
      </ul>
    </details>
  );
}

function DroppedRow({ stashId, message, files, droppedAt, keptUntil }: DroppedStash) {
  const back = useMutation({
    mutationFn: () => trpcClient.worktreeRisk.takeStashBack.mutate({ stashId }),
    onSettled: forgetStashLists,
  });
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate" title={message}>
          {message}
        </p>
        <p className="text-sm text-faint">
          {toCount(files, "file")}, dropped <RelativeTime at={droppedAt} isInSentence />, kept until{" "}
          {new Date(keptUntil).toLocaleDateString(undefined, { dateStyle: "medium" })}
        </p>
      </div>
      <Button size="sm" variant="quiet" busy={back.isPending} aria-label={`Bring back ${message}`} onClick={() => back.mutate()}>
        Bring back
      </Button>
    </li>
  );
}
