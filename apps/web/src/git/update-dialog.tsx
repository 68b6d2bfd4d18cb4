import type { UpdateHow } from "@boocode/shared/git/git-input";
import type { GitBaseTarget, GitStatus } from "@boocode/shared/git/git-status";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explainError } from "../api/faults/explain-fault.ts";
import { trpc, trpcClient } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { toCount } from "../ui/labels.ts";
import { useGitAction } from "./use-git.ts";

const HOW = [
  { value: "merge", label: "Merge" },
  { value: "rebase", label: "Rebase" },
] as const;

/** Shows what an update from the base branch would bring and what is in its way, before anything is touched. */
export default function UpdateDialog({ status, onDone }: { status: GitStatus; onDone: () => void }) {
  const { sessionId, base } = status;
  const targets = base?.targets ?? [];
  const [from, setFrom] = useState<GitBaseTarget["from"]>(targets.some((target) => target.from === "remote") ? "remote" : "local");
  const [how, setHow] = useState<UpdateHow>("merge");
  const input = { sessionId, from, how };
  const { data: preview, error } = useQuery(trpc.git.previewUpdate.queryOptions(input, { meta: { ownWords: true }, retry: false }));
  const update = useGitAction(trpcClient.git.updateFromBase.mutate);
  const isBlocked = (preview?.inTheWayCount ?? 0) > 0;
  const isCurrent = preview !== undefined && preview.target.behind === 0 && from === "local";
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Update from base"
      description={`Brings the commits of ${base?.name ?? "the base branch"} into this session's branch, in a terminal you see.`}
      footer={
        <>
          <Button data-safest onClick={onDone}>
            Cancel
          </Button>
          <Button
            variant="primary"
            busy={update.isPending}
            disabled={!preview || isBlocked || isCurrent}
            onClick={() => update.mutate(input, { onSuccess: onDone })}
          >
            {how === "merge" ? "Merge" : "Rebase"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap gap-3">
          {targets.length > 1 && (
            <Segmented
              label="From"
              options={targets.map((target) => ({ value: target.from, label: target.name }))}
              value={from}
              onChange={setFrom}
            />
          )}
          <Segmented label="How" options={HOW} value={how} onChange={setHow} />
        </div>
        {error && <p className="text-removed">{explainError(error).title}.</p>}
        {!preview && !error && <Skeleton className="h-16" />}
        {preview && (
          <>
            <p className="text-muted">
              {preview.target.behind === 0
                ? from === "remote"
                  ? "Nothing new is known of. It is fetched first, which may bring more."
                  : "The branch has everything already."
                : `${toCount(preview.target.behind, "commit")} would come${from === "remote" ? ", and what is fetched before" : ""}.`}
            </p>
            {preview.commits.length > 0 && (
              <ul className="max-h-40 overflow-auto rounded-md bg-inset px-3 py-2 text-sm">
                {preview.commits.map(({ oid, subject }) => (
                  <li key={oid} className="truncate" title={subject}>
                    <span className="mr-2 font-mono text-faint">{oid.slice(0, 7)}</span>
                    {subject}
                  </li>
                ))}
              </ul>
            )}
            {isBlocked && (
              <div role="alert" className="rounded-md border border-line bg-amber-soft/40 p-3">
                <p className="font-medium">Commit or stash {toCount(preview.inTheWayCount, "file")} first</p>
                <p className="mt-0.5 text-sm text-muted">
                  {how === "rebase" ? "A rebase needs everything tracked to be committed." : "The merge would have to overwrite them."}
                </p>
                <ul className="mt-2 max-h-32 overflow-auto font-mono text-sm">
                  {preview.inTheWay.map((path) => (
                    <li key={path} className="truncate" title={path}>
                      {path}
                    </li>
                  ))}
                </ul>
              </div>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}
