import { ChangeId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useState } from "react";
import { explainError } from "../../api/explain-fault.ts";
import { trpc } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { toCount } from "../../ui/labels.ts";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import type { Conflict, Target } from "../actions/use-judging.ts";
import { useChangesFrame } from "../changes-frame.tsx";
import { showPath } from "../diff/show-path.ts";
import { explainConflict } from "./explain-conflict.ts";
import { SidesView } from "./sides-view.tsx";
import { toRequest } from "./to-request.ts";

type ConflictDialogProps = {
  conflict: Conflict;
  /** Applies what is not in conflict. */
  onApply: (targets: readonly Target[]) => void;
  /** Shows the diff of a file. */
  onOpen: (path: string) => void;
  onClose: () => void;
};

/** Shows why changes were not applied: the three sides of each conflict. Nothing is written from here but the changes without one. */
export default function ConflictDialog({ conflict: { conflicts, targets }, onApply, onOpen, onClose }: ConflictDialogProps) {
  const { sessionId, compose } = useChangesFrame();
  const [chosen, setChosen] = useState(0);
  const shown = conflicts[chosen] ?? conflicts[0]!;
  const target = targets.find(({ file }) => file.change?.id === shown.changeId);
  const others = targets.filter(({ file }) => conflicts.every(({ changeId }) => changeId !== file.change?.id));
  const input = { sessionId, changeId: ChangeId.parse(shown.changeId) };
  // What is in the project's folder may change at any time.
  const { data: sides, error } = useQuery({ ...trpc.pendingChanges.sides.queryOptions(input), staleTime: 0 });
  const author = target?.file.agents.map((agent) => agent ?? "you").join(", ") || "The agent's";
  const close = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={conflicts.length === 1 ? `${showPath(shown.path)} is in conflict` : `${toCount(conflicts.length, "file")} are in conflict`}
      description={
        others.length === 0
          ? "Nothing was written. Your version and the agent's are both as they were."
          : `Nothing was written, of the ${toCount(others.length, "other file")} neither.`
      }
      className="max-w-5xl!"
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {target && <Button onClick={close(() => onOpen(target.file.path))}>Open the diff</Button>}
          {sides?.merged != null && <CopyButton showLabel label="Copy the merged text" text={() => sides.merged!} />}
          {sides && <Button onClick={close(() => compose(toRequest(sides)))}>Ask the agent to fit it</Button>}
          {others.length > 0 && (
            <Button variant="primary" onClick={close(() => onApply(others))}>
              Apply the {others.length === 1 ? "other file" : toCount(others.length, "other file")}
            </Button>
          )}
        </>
      }
    >
      {conflicts.length > 1 && (
        <ul aria-label="Files in conflict" className="mb-3 flex max-h-32 flex-col overflow-auto rounded-md border border-line">
          {conflicts.map(({ changeId, path }, at) => (
            <li key={changeId}>
              <button
                type="button"
                aria-pressed={at === chosen}
                onClick={() => setChosen(at)}
                className={clsx("flex h-7 w-full items-center px-2 text-left hover:bg-hover", at === chosen && "bg-active")}
              >
                <span className="truncate">{showPath(path)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className="mb-3 text-muted">{explainConflict(shown.because)}</p>
      {sides ? (
        <SidesView key={shown.changeId} sides={sides} author={author} />
      ) : error ? (
        <p className="text-muted">
          {explainError(error).title}. {explainError(error).hint}
        </p>
      ) : (
        <Skeleton className="h-24 w-full" />
      )}
    </Dialog>
  );
}
