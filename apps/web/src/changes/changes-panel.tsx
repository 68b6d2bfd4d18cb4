import type { SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { FileDiff, RefreshCw } from "lucide-react";
import { useRef } from "react";
import { explainError } from "../api/explain-fault.ts";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { describeAuthors, type DiffLayout } from "./change-rows.ts";
import { ChangesList } from "./changes-list.tsx";
import { LeftOut } from "./left-out.tsx";
import type { OpenTurn } from "./diff/open-turn.ts";
import { refreshChanges, useRefresh } from "./use-refresh.ts";
import { useWidth } from "./use-width.ts";

/** Minimum width for the split layout, whose lines would be too short below it. In pixels. */
const SPLIT_FROM = 620;

type ChangesPanelProps = {
  sessionId: SessionId;
  /** Shows the turn that wrote a line; null if the turn cannot be shown. */
  onOpenTurn?: OpenTurn | null;
};

/** The pending changes of a session's worktree. Fills its parent. */
export function ChangesPanel({ sessionId, onOpenTurn = null }: ChangesPanelProps) {
  const frame = useRef<HTMLElement>(null);
  const isWide = useWidth(frame) >= SPLIT_FROM;
  const { data: changes, error, refetch } = useQuery(trpc.pendingChanges.list.queryOptions({ sessionId }));
  const [chosen, setChosen] = useDiffLayout();
  const layout = isWide ? chosen : "unified";
  useRefresh(sessionId);
  return (
    <section ref={frame} aria-label="Pending changes" className="flex h-full min-h-0 flex-col">
      {changes && changes.length > 0 ? (
        <>
          <header className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 border-b border-line px-3 py-1">
            <h2 className="min-w-0 flex-1 font-medium">{describeAuthors(changes)}</h2>
            <span className="tabular shrink-0 text-xs text-faint">
              {changes.length} {changes.length === 1 ? "file" : "files"} <Sum of={changes} />
            </span>
            <IconButton size="sm" label="Look for changes on disk" onClick={() => void refreshChanges(sessionId)}>
              <RefreshCw aria-hidden />
            </IconButton>
            {isWide && (
              <Segmented
                label="Diff view"
                value={chosen}
                onChange={setChosen}
                options={[
                  { value: "unified", label: "Unified" },
                  { value: "split", label: "Split" },
                ]}
              />
            )}
          </header>
          <LeftOut sessionId={sessionId} />
          <ChangesList sessionId={sessionId} changes={changes} layout={layout} onOpenTurn={onOpenTurn} />
        </>
      ) : changes ? (
        <>
          <LeftOut sessionId={sessionId} />
          <EmptyState
            className="flex-1"
            icon={<FileDiff aria-hidden />}
            title="No changes yet"
            hint="What agents change in this session's worktree is listed here with its diff."
          />
        </>
      ) : error ? (
        <EmptyState
          className="flex-1"
          icon={<FileDiff aria-hidden />}
          title={explainError(error).title}
          hint={explainError(error).hint}
          action={<Button onClick={() => void refetch()}>Try again</Button>}
        />
      ) : (
        <div className="space-y-2 p-3">
          <Skeleton />
          <Skeleton className="h-4 w-2/3" />
        </div>
      )}
    </section>
  );
}

function Sum({ of }: { of: readonly { additions: number; deletions: number }[] }) {
  const additions = of.reduce((sum, change) => sum + change.additions, 0);
  const deletions = of.reduce((sum, change) => sum + change.deletions, 0);
  return (
    <>
      <span className="text-added">+{additions}</span> <span className="text-removed">−{deletions}</span>
    </>
  );
}

/** The diff layout, unified or split, shared by all browsers of the person. */
function useDiffLayout(): [DiffLayout, (layout: DiffLayout) => void] {
  const settings = trpc.settings.get.queryOptions();
  const { data } = useQuery(settings);
  const { mutate } = useMutation({
    mutationFn: (diffView: DiffLayout) => trpcClient.settings.set.mutate({ diffView }),
    onMutate: (diffView) => queryClient.setQueryData(settings.queryKey, (before) => before && { ...before, diffView }),
    onError: () => queryClient.invalidateQueries(settings),
  });
  return [data?.diffView ?? "unified", mutate];
}
