import type { SessionId, StashId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { Stash } from "@boocode/shared/worktrees/stash";
import { useMutation, useQueries } from "@tanstack/react-query";
import { Archive } from "lucide-react";
import { Suspense, useState } from "react";
import { faultOf } from "../../api/faults/explain-fault.ts";
import { reportFailure } from "../../api/faults/failures.ts";
import { trpc, trpcClient } from "../../api/trpc.ts";
import { undoEdit } from "../../changes/actions/undo-edit.ts";
import type { Conflicts } from "../../changes/conflict/conflict-frame.tsx";
import { toSessionPath } from "../../sessions/session-paths.ts";
import { useProjects, useSessions } from "../../sessions/use-sessions.ts";
import { navigate } from "../../ui/browser/location.tsx";
import { Button } from "../../ui/button.tsx";
import { toCount } from "../../ui/labels.ts";
import { Combobox } from "../../ui/popups/combobox.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { toastNote } from "../../ui/toasts/toast.ts";
import { forgetStashLists } from "./forget-stash-lists.ts";
import { later } from "../../ui/browser/later.ts";

const StashConflictDialog = later(() => import("./stash-conflict-dialog.tsx"));
const DropStashDialog = later(() => import("./drop-stash-dialog.tsx"));

/** Lists the work that was stashed on the way to a delete, with the sessions it can go to. Renders nothing if there is none. */
export function StashList() {
  const projects = useProjects() ?? [];
  const lists = useQueries({
    queries: projects.map(({ id }) => trpc.worktreeRisk.stashes.queryOptions({ projectId: id }, { staleTime: 0 })),
  });
  const [asked, setAsked] = useState<Stash | null>(null);
  // Kept here, as another browser may drop the stash while its conflict is read.
  const [conflict, setConflict] = useState<StashConflict | null>(null);
  const open = (sessionId: SessionId) => navigate(toSessionPath(sessionId));
  const rows = projects.flatMap((project, at) => (lists[at]?.data ?? []).map((stash) => ({ project, stash })));
  return (
    <>
      {rows.length > 0 && (
        <>
          <p className="mt-1 text-sm text-muted">
            Stashed before a delete: {toCount(rows.length, "stash", "stashes")}. Each can be applied to any session of its project.
          </p>
          <ul aria-label="Stashes" className="max-h-80 divide-y divide-line overflow-auto rounded-lg border border-line">
            {rows.map(({ project, stash }) => (
              <StashRow
                key={stash.stashId}
                stash={stash}
                project={project}
                onOpen={open}
                onConflict={setConflict}
                onDrop={() => setAsked(stash)}
              />
            ))}
          </ul>
        </>
      )}
      {conflict && (
        <Suspense>
          <StashConflictDialog {...conflict} onOpen={() => open(conflict.sessionId)} onClose={() => setConflict(null)} />
        </Suspense>
      )}
      {asked && (
        <Suspense>
          <DropStashDialog stash={asked} onDone={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}

type StashConflict = { stashId: StashId; sessionId: SessionId; conflicts: Conflicts };

type StashRowProps = {
  stash: Stash;
  project: Project;
  /** Shows the session that the stash is in now. */
  onOpen: (sessionId: SessionId) => void;
  onConflict: (conflict: StashConflict) => void;
  onDrop: () => void;
};

function StashRow({ stash, project, onOpen, onConflict, onDrop }: StashRowProps) {
  const { stashId, message, sessionTitle, branch, files, at } = stash;
  const sessions = (useSessions() ?? []).filter(
    ({ projectId, archived, isDeleting }) => projectId === project.id && !archived && !isDeleting,
  );
  const apply = useMutation({
    mutationFn: (sessionId: SessionId) => trpcClient.worktreeRisk.applyStash.mutate({ stashId, sessionId }),
    meta: { ownWords: true },
    onSuccess: ({ editId, unstaged }, sessionId) => {
      onOpen(sessionId);
      const kept = unstaged.length === 0 ? "" : `. What was staged of ${toCount(unstaged.length, "file")} stays in the stash`;
      toastNote(`${toCount(files, "file")} from the stash ${files === 1 ? "is" : "are"} in the session${kept}`, {
        label: "Undo",
        onClick: () => void undoEdit({ sessionId, id: editId, kind: "apply_stash" }),
      });
    },
    onError: (error, sessionId) => {
      const fault = faultOf(error);
      if (fault?.kind === "apply_conflict") onConflict({ stashId, sessionId, conflicts: fault.conflicts });
      else reportFailure(error);
    },
    onSettled: forgetStashLists,
  });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3 py-2">
      <Archive aria-hidden className="size-4 shrink-0 self-start text-faint [translate:0_2px]" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate font-medium" title={message}>
          {message}
        </p>
        <p className="flex min-w-0 gap-1.5 text-sm text-faint">
          <span className="shrink-0">{toCount(files, "file")}</span>
          <span aria-hidden>·</span>
          <span className="min-w-0 truncate" title={branch ?? undefined}>
            {sessionTitle === null ? project.name : `${project.name}, from “${sessionTitle}”`}
          </span>
          <span aria-hidden>·</span>
          <RelativeTime at={at} isInSentence className="shrink-0" />
        </p>
      </div>
      <div className="ml-auto flex shrink-0 items-center gap-1">
        <Combobox
          label={`Apply ${message} to`}
          placeholder={apply.isPending ? "Applying…" : "Apply to…"}
          emptyText={sessions.length === 0 ? "This project has no session. Start one first" : "No session matches"}
          side="bottom"
          align="end"
          value={null}
          disabled={apply.isPending}
          options={sessions.map(({ id, title, worktree }) => ({ value: id, label: title, hint: worktree?.branch }))}
          onChange={(sessionId) => apply.mutate(sessionId as SessionId)}
          className="border border-line-strong"
        />
        <Button size="sm" variant="quiet" aria-label={`Drop ${message}…`} onClick={onDrop}>
          Drop…
        </Button>
      </div>
    </li>
  );
}
