import type { PendingChange } from "@boocode/shared/changes/pending-change";
import type { SessionId } from "@boocode/shared/ids";
import { useQueries, type UseQueryOptions } from "@tanstack/react-query";
import { useState } from "react";
import { explainError } from "../api/faults/explain-fault.ts";
import { trpcClient } from "../api/trpc.ts";
import type { OpenDiff } from "./change-rows.ts";
import { DiffGone, DiffLoader, type LoadedDiff } from "./diff/diff-loader.ts";
import { useIgnoreWhitespace } from "./diff/use-ignore-whitespace.ts";

const loader = new DiffLoader((input) => trpcClient.pendingChanges.diffs.query(input));

/** How long a closed diff is kept, in milliseconds. */
const KEPT_MS = 120_000;

/**
 * The diffs of the open changes by path, with the authors of their lines. A change that was captured again shows its last diff until the new
 * one is loaded, to avoid flicker while an agent works. Only what changed is loaded again.
 */
export function useOpenDiffs(
  sessionId: SessionId,
  changes: readonly PendingChange[],
  openPaths: ReadonlySet<string>,
): ReadonlyMap<string, OpenDiff> {
  const open = changes.filter((change) => openPaths.has(change.path));
  const [ignoreWhitespace] = useIgnoreWhitespace();
  const [lastShown] = useState(() => new Map<string, LoadedDiff>());
  return useQueries({
    queries: open.map((change) => toQuery(sessionId, change, ignoreWhitespace)),
    combine: (answers) => {
      const diffs = new Map<string, OpenDiff>();
      open.forEach(({ path }, at) => {
        const { data, error } = answers[at]!;
        if (data) lastShown.set(path, data);
        const shown = lastShown.get(path);
        if (shown) diffs.set(path, { kind: "ready", ...shown });
        else if (error) diffs.set(path, { kind: "failed", words: toWords(error) });
        else diffs.set(path, { kind: "loading" });
      });
      // A closed diff is not held here: it may be large, and it would be shown for a moment when the file is opened again.
      for (const path of lastShown.keys()) if (!diffs.has(path)) lastShown.delete(path);
      return diffs;
    },
  });
}

/** The beginning of the keys of all of a session's diffs; the id of the change follows. */
export const toDiffsKey = (sessionId: SessionId) => ["changeDiff", sessionId] as const;

/** A change's id names its content, so its diff is loaded once: again only if its authors are others. */
function toQuery(
  sessionId: SessionId,
  { id, agents, taskIds }: PendingChange,
  ignoreWhitespace: boolean,
): UseQueryOptions<LoadedDiff, Error, LoadedDiff> {
  return {
    queryKey: [...toDiffsKey(sessionId), id, ignoreWhitespace, agents, taskIds],
    queryFn: () => loader.load({ sessionId, ignoreWhitespace }, id),
    retry: (failures, error) => failures < 2 && !(error instanceof DiffGone),
    gcTime: KEPT_MS,
    // The answers are large, and comparing them part by part would take longer than drawing them.
    structuralSharing: false,
  };
}

function toWords(error: Error): string {
  if (error instanceof DiffGone) return "This file has changed since it was listed. Its new diff follows.";
  const { title, hint } = explainError(error);
  return `${title}. ${hint}`;
}
