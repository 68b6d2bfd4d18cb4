import type { Fault } from "@boocode/shared/faults/fault";
import type { SessionId } from "@boocode/shared/ids";
import { useRef, useState } from "react";
import { faultOf } from "../../api/faults/explain-fault.ts";
import { reportFailure } from "../../api/faults/failures.ts";
import { queryClient, trpc, trpcClient } from "../../api/trpc.ts";
import { toastFailure, toastNote } from "../../ui/toasts/toast.ts";
import type { PanelFile } from "../panel-file.ts";
import { refreshChanges } from "../use-refresh.ts";
import { describeEdit, describeFiles } from "./describe-edit.ts";
import type { Verb } from "./explain-disabled.ts";
import { undoEdit } from "./undo-edit.ts";

/** What to judge: files with a pending change, each whole or by its hunks. */
export interface Target {
  file: PanelFile;
  /** Places in the change's diff; null: the whole change. */
  hunks: readonly number[] | null;
}

/** Why an apply was refused: the conflicts, and what was to be applied. */
export interface Conflict {
  conflicts: Extract<Fault, { kind: "apply_conflict" }>["conflicts"];
  targets: readonly Target[];
}

export interface Judging {
  /** The keys of the files that are being judged. */
  busy: ReadonlySet<string>;
  /** Judges, and says what was done. Returns whether it was; conflicts and failures are shown. */
  judge(verb: Verb, targets: readonly Target[]): Promise<boolean>;
  conflict: Conflict | null;
  closeConflict(): void;
}

const EDIT_KIND = { apply: "apply", write: "write_staged", reject: "reject" } as const;

/** Applies, writes and rejects changes of a session. */
export function useJudging(sessionId: SessionId): Judging {
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const underWay = useRef(new Set<string>());

  const judge = async (verb: Verb, targets: readonly Target[]): Promise<boolean> => {
    const free = targets.filter(({ file }) => file.change && !underWay.current.has(file.key));
    if (free.length === 0) return false;
    for (const { file } of free) underWay.current.add(file.key);
    setBusy(new Set(underWay.current));
    try {
      const { id, paths, kept } = await ask(verb, sessionId, free);
      const hunks = free.reduce((sum, target) => sum + (target.hunks?.length ?? 0), 0);
      const done = describeEdit(EDIT_KIND[verb], paths, { hunks: free.length === 1 ? hunks : 0 });
      toastNote(`${done}${kept.length > 0 ? `, left ${describeFiles(kept)} alone` : ""}`, {
        label: "Undo",
        onClick: () => void undoEdit({ sessionId, id, kind: EDIT_KIND[verb] }),
      });
      return true;
    } catch (error) {
      const fault = faultOf(error);
      if (fault?.kind === "apply_conflict" && verb === "write") toastFailure(explainUnwritten(fault.paths));
      else if (fault?.kind === "apply_conflict") setConflict({ conflicts: fault.conflicts, targets: free });
      else reportFailure(error);
      // The list shown is out of date: the worktree is looked at, and the list read again even if nothing is found there.
      if (fault?.kind === "stale_change") await refreshChanges(sessionId);
      return false;
    } finally {
      // The list is read before the buttons work again, so that nobody judges what is gone.
      await queryClient.invalidateQueries(trpc.pendingChanges.list.queryFilter({ sessionId })).catch(() => null);
      for (const { file } of free) underWay.current.delete(file.key);
      setBusy(new Set(underWay.current));
    }
  };
  return { busy, judge, conflict, closeConflict: () => setConflict(null) };
}

/** Why staged changes were not written: their lines are others in the worktree by now. */
const explainUnwritten = (paths: readonly string[]) => ({
  title: `${describeFiles(paths)} could not be written`,
  hint: "The worktree has other content in the same lines. Nothing was written; what is staged is still staged.",
});

async function ask(verb: Verb, sessionId: SessionId, targets: readonly Target[]) {
  const input = {
    sessionId,
    changeIds: targets.map(({ file }) => file.change!.id),
    hunks: targets.flatMap(({ file, hunks }) => (hunks ? [{ changeId: file.change!.id, hunks: [...hunks] }] : [])),
  };
  if (verb === "apply") {
    const { applyId, paths } = await trpcClient.pendingChanges.apply.mutate(input);
    return { id: applyId, paths, kept: [] };
  }
  if (verb === "write") {
    const { writeId, paths } = await trpcClient.pendingChanges.writeStaged.mutate({ sessionId, changeIds: input.changeIds });
    return { id: writeId, paths, kept: [] };
  }
  const { rejectId, paths, kept } = await trpcClient.pendingChanges.reject.mutate(input);
  return { id: rejectId, paths, kept };
}
