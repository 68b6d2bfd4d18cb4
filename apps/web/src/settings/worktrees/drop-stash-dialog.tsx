import type { Stash } from "@boocode/shared/worktrees/stash";
import { useMutation } from "@tanstack/react-query";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpcClient } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { toCount } from "../../ui/labels.ts";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { forgetStashLists } from "./forget-stash-lists.ts";

/** Asks before a stash is taken off the list. */
export default function DropStashDialog({ stash, onDone }: { stash: Stash; onDone: () => void }) {
  const drop = useMutation({
    mutationFn: () => trpcClient.worktreeRisk.dropStash.mutate({ stashId: stash.stashId }),
    meta: { ownWords: true },
    onSuccess: onDone,
    onSettled: () => forgetStashLists(),
  });
  const refusal = drop.isError ? explainError(drop.error) : null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Drop this stash?"
      description={`“${stash.message}” with ${toCount(stash.files, "file")} goes off the list. For 30 days it can be brought back below the list; then it is gone.`}
      footer={
        <>
          <Button data-safest onClick={onDone}>
            Keep it
          </Button>
          <Button variant="danger" busy={drop.isPending} onClick={() => drop.mutate()}>
            Drop
          </Button>
        </>
      }
    >
      {refusal && (
        <p role="alert">
          <span className="text-removed">{refusal.title}.</span> <span className="text-muted">{refusal.hint}</span>
        </p>
      )}
    </Dialog>
  );
}
