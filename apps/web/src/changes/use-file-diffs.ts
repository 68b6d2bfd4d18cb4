import type { SessionId } from "@boocode/shared/ids";
import type { OpenDiff } from "./change-rows.ts";
import type { PanelFile } from "./panel-file.ts";
import { useOpenDiffs } from "./use-open-diffs.ts";

/** The diffs of the open files, by their keys: those at hand, and the others as they are loaded. */
export function useFileDiffs(
  sessionId: SessionId,
  files: readonly PanelFile[],
  openKeys: ReadonlySet<string>,
): ReadonlyMap<string, OpenDiff> {
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

function useDiffsOf(sessionId: SessionId, files: readonly PanelFile[]): ReadonlyMap<string, OpenDiff> {
  return useOpenDiffs(
    sessionId,
    files.map(({ change }) => change!),
    new Set(files.map(({ path }) => path)),
  );
}
