import type { ChangeBlame } from "@boocode/shared/changes/change-blame";
import type { ChangeDiff, PendingChange } from "@boocode/shared/changes/pending-change";
import type { SessionId } from "@boocode/shared/ids";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { explainError } from "../api/explain-fault.ts";
import { trpc } from "../api/trpc.ts";
import type { OpenDiff } from "./change-rows.ts";

/**
 * The diffs of the open changes by path. A change that was captured again shows its last diff until the new one is loaded, to avoid
 * flicker while an agent works. The authors of the lines are loaded separately and may arrive later.
 */
export function useOpenDiffs(
  sessionId: SessionId,
  changes: readonly PendingChange[],
  openPaths: ReadonlySet<string>,
): ReadonlyMap<string, OpenDiff> {
  const open = changes.filter((change) => openPaths.has(change.path));
  const [lastShown] = useState(() => new Map<string, { diff: ChangeDiff; blame?: ChangeBlame | undefined }>());
  const answers = useQueries({
    queries: open.map((change) => trpc.pendingChanges.diff.queryOptions({ sessionId, changeId: change.id })),
  });
  const blames = useQueries({
    queries: open.map((change) => trpc.pendingChanges.blame.queryOptions({ sessionId, changeId: change.id })),
  });
  const diffs = new Map<string, OpenDiff>();
  open.forEach(({ path }, at) => {
    const { data, error } = answers[at] ?? {};
    if (data) lastShown.set(path, { diff: data, blame: blames[at]?.data });
    const shown = lastShown.get(path);
    if (shown) diffs.set(path, { kind: "ready", ...shown });
    else if (error) diffs.set(path, { kind: "failed", words: `${explainError(error).title}. ${explainError(error).hint}` });
    else diffs.set(path, { kind: "loading" });
  });
  return diffs;
}
