import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpc } from "../../api/trpc.ts";
import { useDeletion } from "../../sessions/deletion/use-deletion.tsx";
import { Button } from "../../ui/button.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { describeAll } from "./describe-size.ts";
import { SetAside } from "./set-aside.tsx";
import { DroppedStashList } from "./dropped-stash-list.tsx";
import { StashList } from "./stash-list.tsx";
import { WorktreeRow } from "./worktree-row.tsx";

/** Number of worktrees shown at first. */
const SHOWN = 50;
/** Refetches on every opening, because reasons against a removal change with every turn and are not announced. */
const LOOKED_AT_ANEW = { staleTime: 0 };

/** Lists all worktrees with size, last use and reasons against removal. */
export function WorktreeList() {
  const { data: worktrees, error, refetch } = useQuery(trpc.worktreeRisk.inventory.queryOptions(undefined, LOOKED_AT_ANEW));
  const [isWhole, setWhole] = useState(false);
  const { ask, dialog } = useDeletion();
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
  if (worktrees.length === 0) {
    return (
      <>
        <p className="text-muted">None yet. A session gets one with its first message.</p>
        <StashList />
        <DroppedStashList />
        <SetAside />
        {dialog}
      </>
    );
  }
  const shown = isWhole ? worktrees : worktrees.slice(0, SHOWN);
  return (
    <>
      <p className="tabular text-sm text-muted">{describeAll(worktrees)}</p>
      <ul aria-label="Worktrees" className="max-h-80 divide-y divide-line overflow-auto rounded-lg border border-line">
        {shown.map((worktree) => (
          <WorktreeRow key={worktree.id} worktree={worktree} onDelete={ask} />
        ))}
        {shown.length < worktrees.length && (
          <li className="p-1.5 text-center">
            <Button size="sm" variant="quiet" onClick={() => setWhole(true)}>
              Show all {worktrees.length}
            </Button>
          </li>
        )}
      </ul>
      <StashList />
      <DroppedStashList />
      <SetAside />
      {dialog}
    </>
  );
}
