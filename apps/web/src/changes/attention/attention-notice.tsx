import type { EditSummary } from "@boocode/shared/changes/edits/edit";
import type { SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { trpc, trpcClient } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Tooltip } from "../../ui/popups/tooltip.tsx";
import { toastNote } from "../../ui/toasts/toast.ts";
import { describeFiles } from "../actions/describe-edit.ts";
import { showPath } from "../../files/show-path.ts";
import { describeInterrupted } from "./describe-interrupted.ts";

/** Reports an edit that a crash interrupted and that could not be finished, and asks what to do. Renders nothing if there is none. */
export function AttentionNotice({ sessionId }: { sessionId: SessionId }) {
  const { data: edits } = useQuery(trpc.pendingChanges.edits.queryOptions({ sessionId }));
  const edit = edits?.find(({ state }) => state === "needs_attention");
  return edit ? <Notice key={edit.id} sessionId={sessionId} edit={edit} /> : null;
}

function Notice({ sessionId, edit }: { sessionId: SessionId; edit: EditSummary }) {
  const settle = useMutation({
    mutationFn: (to: "before" | "as_it_is") => trpcClient.pendingChanges.settleEdit.mutate({ sessionId, editId: edit.id, to }),
    onSuccess: ({ kept }, to) => {
      if (to === "as_it_is") toastNote("The files stay as they are");
      else
        toastNote(
          kept.length === 0 ? "The files are as they were before" : `Put back, except ${describeFiles(kept)}, which has other content`,
        );
    },
  });
  const files = describeFiles(edit.paths, edit.pathCount);
  const button = (to: "before" | "as_it_is", label: string, hint: string) => (
    <Tooltip label={hint}>
      <Button size="sm" disabled={settle.isPending} busy={settle.isPending && settle.variables === to} onClick={() => settle.mutate(to)}>
        {label}
      </Button>
    </Tooltip>
  );
  return (
    <div
      role="alert"
      aria-label="Unfinished edit"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-amber-soft px-3 py-2"
    >
      <TriangleAlert aria-hidden className="size-3.5 shrink-0 text-amber" />
      <p className="min-w-0 flex-1 basis-72" title={edit.paths.map(showPath).join("\n")}>
        <span className="font-medium">{describeInterrupted(edit.kind, files)}</span>{" "}
        <span className="text-muted">
          {edit.reason ?? "A file has content that BooCode did not write."} Nothing was overwritten; other changes wait until you decide.
        </span>
      </p>
      <div className="ml-auto flex flex-wrap gap-2">
        {button("as_it_is", "Leave as it is", "Keeps every file as it is on disk now, and the changes as they are listed")}
        {button(
          "before",
          "Put back",
          "Brings back the content from before, in the files that BooCode had already written. Others stay as they are",
        )}
      </div>
    </div>
  );
}
