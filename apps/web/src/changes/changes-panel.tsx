import { MAX_LISTED_CHANGES } from "@boocode/shared/changes/pending-change";
import type { TaskId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { FileDiff } from "lucide-react";
import { Suspense, useRef, useState, type ReactNode } from "react";
import { explainError } from "../api/faults/explain-fault.ts";
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
import { useKeptFocus } from "./use-kept-focus.ts";
import { useRefresh } from "./use-refresh.ts";
import { later } from "../ui/browser/later.ts";

const EditsDialog = later(() => import("./actions/edits-dialog.tsx"));

type ChangesPanelProps = {
  /** The rail is for a look; the tab has room for whole diffs. */
  home: "rail" | "tab";
  /** Shows the changes of this turn only. */
  taskId: TaskId | null;
};

/** The pending changes of the session around it. Fills its parent. */
export function ChangesPanel({ home, taskId }: ChangesPanelProps) {
  const { sessionId } = useChangesFrame();
  const frame = useRef<HTMLElement>(null);
  const keptFocus = useKeptFocus(() => frame.current?.focus());
  useRefresh(sessionId);
  return (
    <ReviewProvider sessionId={sessionId}>
      <section ref={frame} tabIndex={-1} aria-label="Pending changes" {...keptFocus} className="flex h-full min-h-0 flex-col outline-none">
        {taskId === null ? <AllChanges home={home} /> : <TurnChanges key={taskId} home={home} taskId={taskId} />}
      </section>
    </ReviewProvider>
  );
}

function AllChanges({ home }: Pick<ChangesPanelProps, "home">) {
  const { sessionId } = useChangesFrame();
  const { data: changes, error, refetch } = useQuery(trpc.pendingChanges.list.queryOptions({ sessionId }));
  if (!changes) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  if (changes.length > 0) {
    const isCut = changes.filter(({ location }) => location === "worktree").length >= MAX_LISTED_CHANGES;
    return <FilesPanel home={home} taskId={null} title={describeAuthors(changes)} files={toPendingFiles(changes)} isCut={isCut} />;
  }
  return (
    <>
      <LeftOut sessionId={sessionId} />
      <NothingPending />
    </>
  );
}

/** Says what comes here; after something was judged, where to take it back. */
function NothingPending() {
  const { sessionId } = useChangesFrame();
  const { data: edits } = useQuery(trpc.pendingChanges.edits.queryOptions({ sessionId }));
  const [areEditsShown, setEditsShown] = useState(false);
  if (!edits || edits.length === 0)
    return <Empty title="No changes yet" hint="What agents change in this session's worktree is listed here with its diff." />;
  return (
    <>
      <Empty
        title="No changes are pending"
        hint="What you applied, rejected or restored can be taken back for 30 days."
        action={<Button onClick={() => setEditsShown(true)}>Recent edits</Button>}
      />
      {areEditsShown && (
        <Suspense>
          <EditsDialog sessionId={sessionId} onClose={() => setEditsShown(false)} />
        </Suspense>
      )}
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
  const files = toTurnFiles(turn, changes);
  if (files.length === 0) {
    const hint = "It wrote nothing to the worktree, and nothing that it staged is waiting any more.";
    return <Empty title="Nothing of this turn is left to show" hint={hint} action={toAll} />;
  }
  return <FilesPanel home={home} taskId={taskId} title={`Changes of a turn of ${turn.agent}`} files={files} moreFiles={turn.moreFiles} />;
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
