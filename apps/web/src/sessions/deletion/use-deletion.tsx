import type { SessionId, StashId, TrashId, WorktreeId } from "@boocode/shared/ids";
import type { StashResult } from "@boocode/shared/worktrees/stash";
import type { WorktreeAdoption } from "@boocode/shared/worktrees/worktree";
import { type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { faultOf } from "../../api/faults/explain-fault.ts";
import { reportFailure } from "../../api/faults/failures.ts";
import { trpcClient } from "../../api/trpc.ts";
import { askForGit } from "../../git/git-asked.ts";
import { toastNote } from "../../ui/toasts/toast.ts";
import type { DeletionAct, DeletionView } from "./deletion-view.ts";
import { toDeletionView } from "./deletion-view.ts";
import { leaveDeleted, restoreDeleted } from "./leave-deleted.ts";
import { readSessions } from "../use-sessions.ts";
import { stopTasks } from "./stop-tasks.ts";
import { later } from "../../ui/browser/later.ts";

const DeleteDialog = later(() => import("./delete-dialog.tsx"));

/** Most answers come within this time, in milliseconds, and a dialog that only flashes would be worse than none. */
const LOOKING_AFTER_MS = 200;

/** What a person can delete: a session with everything in it, or a worktree that belongs to none. */
export type DeletionTarget =
  | { kind: "session"; sessionId: SessionId; title: string }
  | { kind: "worktree"; worktreeId: WorktreeId; title: string };

interface Asked {
  target: DeletionTarget;
  /** What of it is the person's. */
  adopted: WorktreeAdoption | null;
  view: DeletionView;
  acting: DeletionAct | null;
  isShown: boolean;
}

/**
 * Deletes on request, and renders the dialog that asks when work would be lost. `onLeave` is called when the person goes to the session
 * instead.
 */
export function useDeletion({ onLeave }: { onLeave?: () => void } = {}): { ask: (target: DeletionTarget) => void; dialog: ReactNode } {
  const [asked, setAsked] = useState<Asked | null>(null);
  // Answers to what is no longer asked do not bring the dialog back.
  const current = useRef<DeletionTarget | null>(null);
  useEffect(() => () => void (current.current = null), []);

  const close = () => {
    current.current = null;
    setAsked(null);
  };
  const act = async (target: DeletionTarget, before: DeletionView, which: DeletionAct) => {
    const isCurrent = () => current.current === target;
    // Read before it goes.
    const adopted = findAdopted(target);
    let stash: StashResult | null = null;
    try {
      if (which === "stash" && target.kind === "session")
        stash = await trpcClient.worktreeRisk.stash.mutate({ sessionId: target.sessionId });
      const consent = which === "force" && before.kind === "refused" ? { force: true, consent: before.consent } : {};
      const trashId = await remove(target, consent);
      if (isCurrent()) close();
      noteDeleted(target, { trashId, stashId: stash?.stashId ?? null, adopted });
    } catch (error) {
      if (isOver(error)) {
        if (isCurrent()) close();
        toastNote(faultOf(error)?.kind === "session_deleting" ? "It is being deleted already" : "It was already deleted");
        return;
      }
      if (isCurrent())
        setAsked({
          target,
          adopted: findAdopted(target),
          view: toDeletionView(before, { error, act: which, stash }),
          acting: null,
          isShown: true,
        });
      // Whoever closed the dialog while it was looking has changed their mind; whoever did so later believes it deleted.
      else if (which !== "look") reportFailure(error);
    }
  };
  const begin = (target: DeletionTarget, before: DeletionView, which: DeletionAct) => {
    setAsked((was) => ({ target, adopted: findAdopted(target), view: before, acting: which, isShown: was?.isShown ?? false }));
    void act(target, before, which);
  };
  const ask = (target: DeletionTarget) => {
    if (current.current) return;
    current.current = target;
    begin(target, { kind: "looking" }, "look");
    setTimeout(() => {
      if (current.current === target) setAsked((now) => now && { ...now, isShown: true });
    }, LOOKING_AFTER_MS);
  };
  const stopAndLook = async ({ target, view }: Asked) => {
    if (target.kind !== "session") return;
    setAsked((now) => now && { ...now, acting: "look" });
    await stopTasks(target.sessionId);
    if (current.current === target) begin(target, view, "look");
  };

  const dialog = asked?.isShown && (
    <Suspense>
      <DeleteDialog
        what={asked.target.kind}
        title={asked.target.title}
        sessionId={asked.target.kind === "session" ? asked.target.sessionId : null}
        adopted={asked.adopted}
        view={asked.view}
        acting={asked.acting}
        onAct={(which) => begin(asked.target, which === "look" && asked.view.kind === "failed" ? { kind: "looking" } : asked.view, which)}
        onStopTasks={() => void stopAndLook(asked)}
        onCommit={() => {
          close();
          onLeave?.();
          if (asked.target.kind === "session") askForGit(asked.target.sessionId);
        }}
        onClose={close}
      />
    </Suspense>
  );
  return { ask, dialog };
}

function findAdopted(target: DeletionTarget): WorktreeAdoption | null {
  const session = target.kind === "session" ? readSessions()?.find(({ id }) => id === target.sessionId) : undefined;
  return session?.worktree?.adopted ?? null;
}

async function remove(target: DeletionTarget, consent: { force?: boolean; consent?: string }): Promise<TrashId | null> {
  const answer =
    target.kind === "session"
      ? await trpcClient.sessions.delete.mutate({ sessionId: target.sessionId, ...consent })
      : await trpcClient.worktreeRisk.cleanUp.mutate({ worktreeId: target.worktreeId, ...consent });
  return answer.trashId;
}

function noteDeleted(
  target: DeletionTarget,
  { trashId, stashId, adopted }: { trashId: TrashId | null; stashId: StashId | null; adopted: WorktreeAdoption | null },
): void {
  if (target.kind === "session") leaveDeleted(target.sessionId);
  const words = `“${target.title}” is deleted${stashId === null ? "" : ", its files are stashed"}${adopted === "worktree" ? ". Its folder stays as it is" : ""}`;
  if (trashId === null) toastNote(words);
  else toastNote(words, { label: "Undo", onClick: () => void restoreDeleted(trashId, stashId) }, trashId);
}

/** Whether someone else has deleted it, or is about to. */
function isOver(error: unknown): boolean {
  const kind = faultOf(error)?.kind;
  return kind === "session_not_found" || kind === "session_deleting";
}
