import { canRestoreTurn } from "@boocode/shared/changes/edits/can-restore-turn";
import type { TurnEndItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useIsOffline } from "../../api/connection.ts";
import { faultOf } from "../../api/faults/explain-fault.ts";
import { reportFailure } from "../../api/faults/failures.ts";
import { trpc, trpcClient } from "../../api/trpc.ts";
import { Tooltip } from "../../ui/popups/tooltip.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toastNote } from "../../ui/toasts/toast.ts";
import { describeEdit, describeFiles } from "../actions/describe-edit.ts";
import { explainDisabled } from "../actions/explain-disabled.ts";
import { undoEdit } from "../actions/undo-edit.ts";
import { useChangesFrame } from "../changes-frame.tsx";
import type { LaterWork } from "./later-work-dialog.tsx";
import { later } from "../../ui/browser/later.ts";

const LaterWorkDialog = later(() => import("./later-work-dialog.tsx"));

type RestoreOfferProps = { item: Pick<TurnEndItem, "taskId" | "filesChanged" | "filesStaged"> };

/** The button to restore a turn, as long as that can take anything back. */
export function RestoreOffer({ item }: RestoreOfferProps) {
  const { sessionId } = useChangesFrame();
  const { data: isOffered } = useQuery({
    ...trpc.pendingChanges.list.queryOptions({ sessionId }),
    // The list says what is still staged; a turn that wrote files is offered without it.
    enabled: item.filesStaged > 0,
    select: (changes) => canRestoreTurn(item, changes),
  });
  if (item.taskId === null || !(isOffered ?? canRestoreTurn(item, []))) return null;
  return (
    <>
      · <RestoreButton taskId={item.taskId} />
    </>
  );
}

/** "Restore to before this turn": takes back what the turn wrote. Asks first if there is later work over it. */
function RestoreButton({ taskId }: { taskId: TaskId }) {
  const { sessionId, running } = useChangesFrame();
  const [isBusy, setBusy] = useState(false);
  const [laterWork, setLaterWork] = useState<LaterWork | null>(null);
  const reason = explainDisabled("restore", { running, isOffline: useIsOffline() });
  const restore = async (consent?: string) => {
    setBusy(true);
    setLaterWork(null);
    try {
      const { restoreId, paths, kept } = await trpcClient.pendingChanges.restoreTurn.mutate({ taskId, ...(consent ? { consent } : {}) });
      toastNote(`${describeEdit("restore", paths)}${kept.length > 0 ? `, left ${describeFiles(kept)} alone` : ""}`, {
        label: "Undo",
        onClick: () => void undoEdit({ sessionId, id: restoreId, kind: "restore" }),
      });
    } catch (error) {
      const fault = faultOf(error);
      if (fault?.kind === "later_work") setLaterWork(fault);
      else reportFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Tooltip label={reason ?? "Take back what this turn wrote in the session's worktree, and what it staged"}>
        <button
          type="button"
          aria-disabled={reason !== null || isBusy}
          aria-busy={isBusy}
          onClick={() => reason === null && !isBusy && void restore()}
          className="inline-flex items-center gap-1 rounded-sm pointer-coarse:min-h-10 underline decoration-line-strong underline-offset-2 transition-colors hover:text-ink hover:decoration-current aria-disabled:no-underline aria-disabled:opacity-60"
        >
          Restore to before this turn
          {isBusy && <Spinner size={10} />}
        </button>
      </Tooltip>
      {laterWork && (
        <Suspense>
          <LaterWorkDialog
            sessionId={sessionId}
            work={laterWork}
            onRestore={() => void restore(laterWork.consent)}
            onClose={() => setLaterWork(null)}
          />
        </Suspense>
      )}
    </>
  );
}
