import type { ConflictSides } from "@boocode/shared/changes/conflict-sides";
import type { Fault } from "@boocode/shared/faults/fault";
import { clsx } from "clsx";
import type { ReactNode } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { toCount } from "../../ui/labels.ts";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { showPath } from "../../files/show-path.ts";
import { explainConflict, type Bringing } from "./explain-conflict.ts";
import { SidesView, type SideNames } from "./sides-view.tsx";

/** The conflicts of a refused write, one for each path. */
export type Conflicts = Extract<Fault, { kind: "apply_conflict" }>["conflicts"];

type ConflictFrameProps = {
  conflicts: Conflicts;
  bringing: Bringing;
  description: string;
  /** The place in the list of the conflict whose sides are shown. */
  chosen: number;
  onChoose: (place: number) => void;
  /** What was asked about the chosen one: its sides, or why they cannot be shown. */
  asked: { data: ConflictSides | undefined; error: unknown };
  names: SideNames;
  /** What can be done from here, beside closing and copying. */
  actions?: ReactNode;
  onClose: () => void;
};

/** As many paths as a person reads one by one; thousands would make the dialog slow. */
const MAX_LISTED = 200;

/** The dialog about a write that was refused: each path in conflict, with why and what stands against each other. */
export function ConflictFrame({
  conflicts,
  bringing,
  description,
  chosen,
  onChoose,
  asked: { data: sides, error },
  names,
  actions,
  onClose,
}: ConflictFrameProps) {
  const shown = conflicts[chosen] ?? conflicts[0]!;
  const rest = Math.max(0, conflicts.length - MAX_LISTED);
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={conflicts.length === 1 ? `${showPath(shown.path)} is in conflict` : `${toCount(conflicts.length, "file")} are in conflict`}
      description={description}
      className="max-w-5xl!"
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {sides?.merged != null && (
            <CopyButton showLabel className="self-center" label="Copy the merged text" text={() => sides.merged!} />
          )}
          {actions}
        </>
      }
    >
      {conflicts.length > 1 && (
        <ul aria-label="Files in conflict" className="mb-3 flex max-h-32 flex-col overflow-auto rounded-md border border-line">
          {conflicts.slice(0, MAX_LISTED).map(({ changeId, path }, at) => (
            <li key={`${changeId} ${path}`}>
              <button
                type="button"
                aria-pressed={at === chosen}
                onClick={() => onChoose(at)}
                className={clsx("flex h-7 w-full items-center px-2 text-left hover:bg-hover", at === chosen && "bg-active")}
              >
                <span className="truncate">{showPath(path)}</span>
              </button>
            </li>
          ))}
          {rest > 0 && <li className="px-2 py-1 text-sm text-muted">and {rest.toLocaleString("en")} more</li>}
        </ul>
      )}
      <p className="mb-3 text-muted">{explainConflict(shown.because, bringing)}</p>
      {sides ? (
        <SidesView key={`${shown.changeId} ${shown.path}`} sides={sides} names={names} />
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
