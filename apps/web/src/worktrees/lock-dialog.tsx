import type { SessionId } from "@boocode/shared/ids";
import type { GitLock } from "@boocode/shared/worktrees/git-lock";
import { useMutation } from "@tanstack/react-query";
import { explainError } from "../api/faults/explain-fault.ts";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { toastNote } from "../ui/toasts/toast.ts";

type LockDialogProps = { sessionId: SessionId; lock: GitLock; onDone: () => void };

/** Explains what removing a lock does, and removes it on confirmation. If the lock stays, it says why. */
export default function LockDialog({ sessionId, lock, onDone }: LockDialogProps) {
  const { path, identity } = lock;
  const remove = useMutation({
    mutationFn: () => trpcClient.worktreeRisk.removeLock.mutate({ sessionId, path, identity }),
    meta: { ownWords: true },
    onSuccess: ({ removed }) => {
      toastNote(removed ? "The lock is removed" : "The lock was already gone");
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries(trpc.worktreeRisk.locks.pathFilter()),
  });
  const refusal = remove.isError ? explainError(remove.error) : null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Remove git's lock?"
      description="The file below is deleted, so that git can write here again; nothing else is touched. BooCode looks once more first, and leaves it where another git has made a new one or is at work. It cannot see a git on another machine or in a container: if one is at work in this repository, wait for it."
      footer={
        <>
          <Button onClick={onDone}>{refusal ? "Close" : "Keep it"}</Button>
          {!refusal && (
            <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
              Remove the lock
            </Button>
          )}
        </>
      }
    >
      <p className="rounded-md bg-inset px-3 py-2 font-mono text-sm [overflow-wrap:anywhere]">{path}</p>
      {refusal && (
        <p role="alert" className="mt-3">
          <span className="text-removed">{refusal.title}.</span> <span className="text-muted">{refusal.hint}</span>
        </p>
      )}
    </Dialog>
  );
}
