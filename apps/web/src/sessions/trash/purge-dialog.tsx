import type { TrashEntry } from "@boocode/shared/trash/trash-entry";
import { useMutation } from "@tanstack/react-query";
import { explainError } from "../../api/faults/explain-fault.ts";
import { queryClient, trpc, trpcClient } from "../../api/trpc.ts";
import { formatBytes } from "../../changes/change-rows.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { dismissNote, toastNote } from "../../ui/toasts/toast.ts";
import { describePurge } from "./describe-entry.ts";

/** Says exactly what goes for good, and removes it on the press of its button. */
export default function PurgeDialog({ entry, onDone }: { entry: TrashEntry; onDone: () => void }) {
  const purge = useMutation({
    mutationFn: () => trpcClient.trash.purge.mutate({ trashId: entry.id }),
    meta: { ownWords: true },
    onSuccess: () => {
      dismissNote(entry.id);
      toastNote(`“${entry.title}” is gone`);
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries(trpc.trash.pathFilter()),
  });
  const refusal = purge.isError ? explainError(purge.error) : null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Purge “${entry.title}” for good?`}
      description="It is taken out of the trash. It cannot be brought back after that."
      footer={
        <>
          <Button data-safest onClick={onDone}>
            Cancel
          </Button>
          <Button variant="danger" busy={purge.isPending} onClick={() => purge.mutate()}>
            Purge for good
          </Button>
        </>
      }
    >
      <ul aria-label="What goes" className="flex list-disc flex-col gap-1 pl-5 marker:text-faint">
        {describePurge(entry, entry.size === null ? null : formatBytes(entry.size)).map((words) => (
          <li key={words} className="[overflow-wrap:anywhere]">
            {words}
          </li>
        ))}
      </ul>
      {refusal && (
        <p role="alert" className="mt-3">
          <span className="text-removed">{refusal.title}.</span> <span className="text-muted">{refusal.hint}</span>
        </p>
      )}
    </Dialog>
  );
}
