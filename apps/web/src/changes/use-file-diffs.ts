import type { SessionId } from "@boocode/shared/ids";
import type { OpenDiff } from "./change-rows.ts";
import type { PanelFile } from "./panel-file.ts";
import { useOpenDiffs } from "./use-open-diffs.ts";

/** The diffs of the open files, by path: those at hand, and the others as they are loaded. */
export function useFileDiffs(
  sessionId: SessionId,
  files: readonly PanelFile[],
  openPaths: ReadonlySet<string>,
): ReadonlyMap<string, OpenDiff> {
  const open = files.filter((file) => openPaths.has(file.path));
  const asked = useOpenDiffs(
    sessionId,
    open.flatMap(({ change, diff }) => (change && !diff ? [change] : [])),
    openPaths,
  );
  const diffs = new Map(asked);
  for (const { path, diff } of open) if (diff) diffs.set(path, diff);
  return diffs;
}
