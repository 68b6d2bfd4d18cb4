import type { ListedEdit } from "@boocode/shared/changes/edits/edit";
import type { SessionId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpc } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { showPath } from "../../files/show-path.ts";
import { describeEdit, describeEditState } from "./describe-edit.ts";
import { isUndoable, undoEdit } from "./undo-edit.ts";

/** The last things a person did with the changes of a session, each with its undo. */
export default function EditsDialog({ sessionId, onClose }: { sessionId: SessionId; onClose: () => void }) {
  const { data: edits, error } = useQuery(trpc.pendingChanges.edits.queryOptions({ sessionId }));
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title="Recent edits"
      description="What you applied, rejected and restored here."
    >
      {edits ? (
        edits.length === 0 ? (
          <p className="text-muted">Nothing yet.</p>
        ) : (
          <ul className="flex flex-col divide-y divide-line">
            {edits.map((edit) => (
              <EditRow key={edit.id} sessionId={sessionId} edit={edit} />
            ))}
          </ul>
        )
      ) : error ? (
        <p className="text-muted">{explainError(error).title}</p>
      ) : (
        <Skeleton className="h-10 w-full" />
      )}
    </Dialog>
  );
}

function EditRow({ sessionId, edit }: { sessionId: SessionId; edit: ListedEdit }) {
  const { id, kind, state, paths, pathCount, reason, canUndo } = edit;
  const [isBusy, setBusy] = useState(false);
  const words = describeEditState(state);
  const undo = async () => {
    if (!isUndoable(kind)) return;
    setBusy(true);
    await undoEdit({ sessionId, id, kind });
    setBusy(false);
  };
  return (
    <li className="flex min-h-10 items-center gap-2 py-1.5">
      <div className="min-w-0 flex-1">
        <p className="truncate" title={paths.map(showPath).join("\n")}>
          {describeEdit(kind, paths, { count: pathCount })}
        </p>
        <p className="text-sm text-faint">
          <RelativeTime at={edit.createdAt} isInSentence />
          {words && ` · ${words}`}
          {reason && `. ${reason}`}
        </p>
      </div>
      {canUndo && isUndoable(kind) && (
        <Button size="sm" busy={isBusy} onClick={() => void undo()} aria-label={`Undo: ${describeEdit(kind, paths, { count: pathCount })}`}>
          Undo
        </Button>
      )}
    </li>
  );
}
