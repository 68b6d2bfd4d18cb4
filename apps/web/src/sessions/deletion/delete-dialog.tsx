import type { SessionId } from "@boocode/shared/ids";
import type { WorktreeAdoption } from "@boocode/shared/worktrees/worktree";
import { clsx } from "clsx";
import type { ReactNode } from "react";
import { Link } from "../../ui/browser/location.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toSessionPath } from "../session-paths.ts";
import type { DeletionAct, DeletionView, Refusal } from "./deletion-view.ts";
import { describeLeftByStash, describeRisk, toFindings } from "./describe-risk.ts";
import { FindingsList } from "./findings-list.tsx";

/** What becomes of deleted work, in words. */
const KEPT: Record<WorktreeAdoption | "made", string> = {
  made: "Kept in the trash for 30 days",
  branch: "Kept in the trash for 30 days. Its branch is yours, and stays",
  worktree: "Its folder and branch are yours, and stay as they are. Its chats are kept in the trash for 30 days",
};

type DeleteDialogProps = {
  /** What is deleted, as the page calls it. */
  what: "session" | "worktree";
  title: string;
  /** Null for a worktree without a session. */
  sessionId: SessionId | null;
  /** What of it is the person's, and so is not deleted. */
  adopted: WorktreeAdoption | null;
  view: DeletionView;
  /** The act under way; null if the person is to choose. */
  acting: DeletionAct | null;
  onAct: (act: DeletionAct) => void;
  onStopTasks: () => void;
  onCommit: () => void;
  onClose: () => void;
};

/** Asks before work is deleted that exists nowhere else, and shows exactly what that is. */
export default function DeleteDialog(props: DeleteDialogProps) {
  const { what, title, adopted, view, acting, onClose } = props;
  const kept = KEPT[adopted ?? "made"];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${what}`}
      sentence={toSentence(view)}
      description={<p className="truncate" title={title}>{`“${title}”`}</p>}
      className="max-w-[480px]!"
      footer={
        <div className="flex w-full flex-col gap-2.5">
          <Buttons {...props} />
          <p className="text-sm text-faint empty:hidden">
            {view.kind === "failed" ? null : acting === "force" || acting === "stash" ? `${kept}. You can close this: it goes on.` : kept}
          </p>
        </div>
      }
    >
      {view.kind === "looking" && (
        <p role="status" className="flex items-center gap-2 text-muted">
          <Spinner className="size-3.5" />
          If nothing in it exists only here, it is deleted without a question.
        </p>
      )}
      {view.kind === "failed" && (
        <p role="alert" className="text-muted">
          {view.words.hint}
        </p>
      )}
      {view.kind === "refused" && <Refused {...props} view={view} />}
    </Dialog>
  );
}

function toSentence(view: DeletionView): string {
  switch (view.kind) {
    case "looking":
      return "Looking…";
    case "failed":
      return view.words.title;
    case "refused":
      return view.isUnknown ? "Not everything could be read" : describeRisk(view.reports);
  }
}

function Refused({ view, sessionId, adopted, acting, onStopTasks }: DeleteDialogProps & { view: Refusal }) {
  const { isUnknown, reports, news } = view;
  const findings = toFindings(reports);
  const left = isUnknown ? null : describeLeftByStash(findings);
  const unread = [...new Set(reports.flatMap(({ unknown }) => unknown))];
  return (
    <div className="flex flex-col gap-3">
      {news && (
        <p
          role="status"
          className={clsx("rounded-md px-3 py-2 [overflow-wrap:anywhere]", news.isProblem ? "bg-removed-soft" : "bg-amber-soft")}
        >
          {news.words}
        </p>
      )}
      {isUnknown && (
        <>
          <ul aria-label="What could not be read" className="flex flex-col gap-1.5 rounded-lg border border-line px-3 py-2">
            {unread.map((reason) => (
              <li key={reason} className="[overflow-wrap:anywhere]">
                {reason}
              </li>
            ))}
          </ul>
          <p className="text-muted">Work may be there that exists nowhere else.{findings.length > 0 && " What could be read:"}</p>
        </>
      )}
      {findings.length > 0 && <FindingsList findings={findings} sessionId={sessionId} onStopTasks={acting === null ? onStopTasks : null} />}
      {left !== null && sessionId !== null && adopted !== "worktree" && (
        <p className="text-sm text-muted">A stash keeps files, but not {left}: after it you are asked again.</p>
      )}
    </div>
  );
}

/** The buttons of the contract. The element of Cancel stays the same whatever the view, so that it keeps the focus. */
function Buttons({ view, sessionId, adopted, acting, onAct, onCommit, onClose }: DeleteDialogProps) {
  const isRefused = view.kind === "refused";
  const isAtRisk = isRefused && !view.isUnknown;
  // A folder that stays has nothing to be committed or stashed first.
  const canStash = isAtRisk && sessionId !== null && adopted !== "worktree";
  return (
    <div className="flex flex-wrap items-center gap-2">
      {isRefused && (
        <Act
          act="force"
          acting={acting}
          onAct={onAct}
          className="mr-auto -ml-3 border-transparent! bg-transparent! text-removed! hover:bg-removed-soft!"
        >
          Force delete
        </Act>
      )}
      {canStash && (
        <Link
          to={toSessionPath(sessionId)}
          onClick={onCommit}
          className={clsx(
            "inline-flex h-8 items-center rounded-md px-2 text-muted underline decoration-line-strong underline-offset-4 hover:text-ink",
            acting !== null && "invisible",
          )}
        >
          Commit…
        </Link>
      )}
      <Button data-safest className={isRefused ? "" : "ml-auto"} onClick={onClose}>
        {acting === "force" || acting === "stash" || view.kind === "looking" ? "Close" : "Cancel"}
      </Button>
      {(view.kind === "failed" || (isRefused && view.isUnknown)) && (
        <Act act="look" acting={acting} onAct={onAct}>
          {view.kind === "failed" ? "Try again" : "Look again"}
        </Act>
      )}
      {canStash && (
        <Act act="stash" acting={acting} onAct={onAct} variant="primary" className="max-sm:w-full">
          Stash and delete
        </Act>
      )}
    </div>
  );
}

type ActProps = {
  act: DeletionAct;
  acting: DeletionAct | null;
  onAct: (act: DeletionAct) => void;
  variant?: "primary" | "secondary";
  className?: string;
  children: ReactNode;
};

function Act({ act, acting, onAct, variant = "secondary", className, children }: ActProps) {
  return (
    <Button variant={variant} busy={acting === act} disabled={acting !== null} className={className} onClick={() => onAct(act)}>
      {children}
    </Button>
  );
}
