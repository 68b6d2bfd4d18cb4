import type { Project } from "@boocode/shared/projects/project";
import { useMutation, useQuery } from "@tanstack/react-query";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpc, trpcClient } from "../../api/trpc.ts";
import { Link } from "../../ui/browser/location.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { toastNote } from "../../ui/toasts/toast.ts";
import { useDeletion } from "../deletion/use-deletion.tsx";
import { toSessionPath } from "../session-paths.ts";
import { TRASH_PATH, useTrash } from "../trash/use-trash.ts";
import { useSessions } from "../use-sessions.ts";
import { describeRemoval } from "./describe-removal.ts";

/** Says what a project still has here, with the way to each, and takes it off the list once it has nothing. */
export default function RemoveProjectDialog({ project, onDone }: { project: Project; onDone: () => void }) {
  const sessions = (useSessions() ?? []).filter(({ projectId }) => projectId === project.id);
  const trashed = (useTrash().data ?? []).filter(({ projectId }) => projectId === project.id);
  const inventory = useQuery(trpc.worktreeRisk.inventory.queryOptions({ projectId: project.id }, { staleTime: 0 }));
  const orphans = (inventory.data ?? []).filter(({ sessionId }) => sessionId === null);
  const { ask, dialog } = useDeletion({ onLeave: onDone });
  const remove = useMutation({
    mutationFn: () => trpcClient.projects.remove.mutate({ projectId: project.id }),
    meta: { ownWords: true },
    onSuccess: () => {
      toastNote(`${project.name} is off the list`);
      onDone();
    },
  });
  const refusal = remove.isError ? explainError(remove.error) : null;
  const isFree = sessions.length + orphans.length + trashed.length === 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={isFree ? `Remove ${project.name} from the list?` : `${project.name} still has work here`}
      description={describeRemoval({
        sessions: sessions.length,
        archived: sessions.filter(({ archived }) => archived).length,
        orphans: orphans.length,
        trashed: trashed.length,
        path: project.path,
      })}
      footer={
        <>
          <Button data-safest onClick={onDone}>
            {isFree ? "Cancel" : "Close"}
          </Button>
          {isFree && (
            <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
              Remove
            </Button>
          )}
        </>
      }
    >
      {!isFree && (
        <ul aria-label="What it has" className="max-h-72 divide-y divide-line overflow-auto rounded-lg border border-line">
          {sessions.map(({ id, title, archived, isDeleting }) => (
            <li key={id} className="flex min-h-9 items-center gap-2 pr-1.5 pl-3">
              <Link to={toSessionPath(id)} onClick={onDone} title={title} className="min-w-0 flex-1 truncate rounded-sm hover:underline">
                {title}
              </Link>
              {archived && <span className="shrink-0 text-sm text-faint">archived</span>}
              <Button
                size="sm"
                variant="quiet"
                disabled={isDeleting}
                aria-label={`Delete ${title}`}
                onClick={() => ask({ kind: "session", sessionId: id, title })}
              >
                {isDeleting ? "Deleting…" : "Delete"}
              </Button>
            </li>
          ))}
          {orphans.map(({ id, branch, path }) => (
            <li key={id} className="flex min-h-9 items-center gap-2 pr-1.5 pl-3">
              <span title={path} className="min-w-0 flex-1 truncate font-mono text-sm">
                {branch}
              </span>
              <span className="shrink-0 text-sm text-faint">no session</span>
              <Button
                size="sm"
                variant="quiet"
                aria-label={`Clean up ${branch}`}
                onClick={() => ask({ kind: "worktree", worktreeId: id, title: branch })}
              >
                Clean up
              </Button>
            </li>
          ))}
          {trashed.length > 0 && (
            <li className="flex min-h-9 items-center gap-2 px-3">
              <span className="min-w-0 flex-1">{trashed.length} in the trash</span>
              <Link
                to={TRASH_PATH}
                onClick={onDone}
                className="shrink-0 text-muted underline decoration-line-strong underline-offset-4 hover:text-ink"
              >
                Go to the trash
              </Link>
            </li>
          )}
        </ul>
      )}
      {refusal && (
        <p role="alert" className="mt-3">
          <span className="text-removed">{refusal.title}.</span> <span className="text-muted">{refusal.hint}</span>
        </p>
      )}
      {dialog}
    </Dialog>
  );
}
