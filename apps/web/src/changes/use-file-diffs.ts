import type { ChangeId, SessionId } from "@boocode/shared/ids";
import { useEffect } from "react";
import { queryClient } from "../api/trpc.ts";
import type { OpenDiff } from "./change-rows.ts";
import type { PanelFile } from "./panel-file.ts";
import { toDiffsKey, useOpenDiffs } from "./use-open-diffs.ts";

/** The diffs of the open files, by their keys: those at hand, and the others as they are loaded. */
export function useFileDiffs(
  sessionId: SessionId,
  files: readonly PanelFile[],
  openKeys: ReadonlySet<string>,
): ReadonlyMap<string, OpenDiff> {
  useForgetGone(sessionId, files);
  const open = files.filter((file) => openKeys.has(file.key));
  const asked = open.filter(({ change, diff }) => change && !diff);
  // Diffs are loaded by path, and a path may be changed in the worktree and staged as well.
  const inWorktree = asked.filter(({ change }) => change!.location === "worktree");
  const staged = asked.filter(({ change }) => change!.location === "staged");
  const loaded = { worktree: useDiffsOf(sessionId, inWorktree), staged: useDiffsOf(sessionId, staged) };
  const diffs = new Map<string, OpenDiff>();
  for (const { key, path, change, diff } of open) {
    const known = diff ?? (change && loaded[change.location].get(path));
    if (known) diffs.set(key, known);
  }
  return diffs;
}

/**
 * Forgets the diffs of changes that are no longer listed: the same content may come back, by the same people, with others of its lines
 * theirs.
 */
function useForgetGone(sessionId: SessionId, files: readonly PanelFile[]): void {
  useEffect(() => {
    const listed = new Set(files.flatMap(({ change }) => change?.id ?? []));
    queryClient.removeQueries({ queryKey: toDiffsKey(sessionId), predicate: ({ queryKey }) => !listed.has(queryKey[2] as ChangeId) });
  }, [sessionId, files]);
}

function useDiffsOf(sessionId: SessionId, files: readonly PanelFile[]): ReadonlyMap<string, OpenDiff> {
  return useOpenDiffs(
    sessionId,
    files.map(({ change }) => change!),
    new Set(files.map(({ path }) => path)),
  );
}
