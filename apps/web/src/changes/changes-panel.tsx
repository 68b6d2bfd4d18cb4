import type { TaskId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { FileDiff } from "lucide-react";
import type { ReactNode } from "react";
import { explainError } from "../api/explain-fault.ts";
import { trpc } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { describeAuthors } from "./change-rows.ts";
import { useChangesFrame } from "./changes-frame.tsx";
import { FilesPanel } from "./files-panel.tsx";
import { LeftOut } from "./left-out.tsx";
import { toPendingFiles, toTurnFiles } from "./panel-file.ts";
import { ReviewProvider } from "./review/review.tsx";
import { useRefresh } from "./use-refresh.ts";

type ChangesPanelProps = {
  /** The rail is for a look; the tab has room for whole diffs. */
  home: "rail" | "tab";
  /** Shows the changes of this turn only. */
  taskId: TaskId | null;
};

/** The pending changes of the session around it. Fills its parent. */
export function ChangesPanel({ home, taskId }: ChangesPanelProps) {
  const { sessionId } = useChangesFrame();
  useRefresh(sessionId);
  return (
    <ReviewProvider sessionId={sessionId}>
      <section aria-label="Pending changes" className="flex h-full min-h-0 flex-col">
        {taskId === null ? <AllChanges home={home} /> : <TurnChanges key={taskId} home={home} taskId={taskId} />}
      </section>
    </ReviewProvider>
  );
}

function AllChanges({ home }: Pick<ChangesPanelProps, "home">) {
  const { sessionId } = useChangesFrame();
  const { data: changes, error, refetch } = useQuery(trpc.pendingChanges.list.queryOptions({ sessionId }));
  if (!changes) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  if (changes.length > 0) return <FilesPanel home={home} taskId={null} title={describeAuthors(changes)} files={toPendingFiles(changes)} />;
  return (
    <>
      <LeftOut sessionId={sessionId} />
      <Empty title="No changes yet" hint="What agents change in this session's worktree is listed here with its diff." />
    </>
  );
}

function TurnChanges({ home, taskId }: { home: ChangesPanelProps["home"]; taskId: TaskId }) {
  const { sessionId, openWide } = useChangesFrame();
  // The diff of an ended turn never changes, so it is fetched once.
  const { data: turn, error, refetch } = useQuery({ ...trpc.pendingChanges.turnDiff.queryOptions({ taskId }), staleTime: Infinity });
  const { data: changes } = useQuery(trpc.pendingChanges.list.queryOptions({ sessionId }));
  const toAll = <Button onClick={() => openWide(null)}>All changes</Button>;
  if (!turn || !changes) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  if (turn.state === "unknown") {
    const hint = "It has not ended, or one of its checkpoints is missing.";
    return <Empty title="The changes of this turn are unknown" hint={hint} action={toAll} />;
  }
  if (turn.files.length === 0) return <Empty title="This turn changed no files" action={toAll} />;
  return (
    <FilesPanel
      home={home}
      taskId={taskId}
      title={`Changes of a turn of ${turn.agent}`}
      files={toTurnFiles(turn, changes)}
      moreFiles={turn.moreFiles}
    />
  );
}

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { title, hint } = explainError(error);
  return <Empty title={title} hint={hint} action={<Button onClick={onRetry}>Try again</Button>} />;
}

function Empty(words: { title: string; hint?: string; action?: ReactNode }) {
  return <EmptyState className="flex-1" icon={<FileDiff aria-hidden />} {...words} />;
}

function Loading() {
  return (
    <div className="space-y-2 p-3">
      <Skeleton />
      <Skeleton className="h-4 w-2/3" />
    </div>
  );
}
