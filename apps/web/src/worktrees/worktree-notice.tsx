import type { SessionId } from "@boocode/shared/ids";
import type { Session } from "@boocode/shared/sessions/session";
import type { RepairSource } from "@boocode/shared/worktrees/worktree-inventory";
import { useMutation } from "@tanstack/react-query";
import { FolderX } from "lucide-react";
import { trpcClient } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { toastNote } from "../ui/toasts/toast.ts";

/** Reports that a session's worktree is missing or damaged, and offers a repair. Renders nothing if it is intact. */
export function WorktreeNotice({ session }: { session: Pick<Session, "id" | "worktree"> }) {
  const state = session.worktree?.state;
  const isAdopted = session.worktree?.adopted === "worktree";
  if (state !== "missing" && state !== "replaced") return null;
  return (
    <div
      role="alert"
      aria-label="Worktree"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-removed-soft px-3 py-2"
    >
      <FolderX aria-hidden className="size-3.5 shrink-0 text-removed" />
      <p className="min-w-0 flex-1 basis-72">
        <span className="font-medium">
          {state === "missing" ? "The session's folder was moved or deleted." : "Something else is where the session's folder was."}
        </span>{" "}
        <span className="text-muted">{toHint(state, isAdopted)}</span>
      </p>
      <RepairButtons sessionId={session.id} isReplaced={state === "replaced"} isAdopted={isAdopted} />
    </div>
  );
}

function toHint(state: "missing" | "replaced", isAdopted: boolean): string {
  if (isAdopted) return "BooCode did not make it, and does not make it again. Bring it back where it was.";
  return state === "missing"
    ? "The last checkpoint holds every file except ignored and very large ones."
    : "When the folder is made again, what is there now is set aside, not deleted.";
}

/** The ways to repair a worktree whose folder is gone or is something else. */
export function RepairButtons({ sessionId, isReplaced, isAdopted }: { sessionId: SessionId; isReplaced: boolean; isAdopted: boolean }) {
  const repair = useMutation({
    mutationFn: (from: RepairSource) => trpcClient.worktreeRisk.repair.mutate({ sessionId, from }),
    onSuccess: () => toastNote("The worktree is repaired"),
  });
  const button = (from: RepairSource, label: string, isPrimary: boolean) => (
    <Button
      size="sm"
      variant={isPrimary ? "primary" : "secondary"}
      disabled={repair.isPending}
      busy={repair.isPending && repair.variables === from}
      onClick={() => repair.mutate(from)}
    >
      {label}
    </Button>
  );
  return (
    <div className="ml-auto flex flex-wrap gap-2">
      {isReplaced && button("folder", "Use what is there", false)}
      {!isAdopted && button("branch", "Begin from the branch", false)}
      {!isAdopted && button("checkpoint", "Restore the last checkpoint", true)}
    </div>
  );
}
