import { EVENT_LIMITS } from "../agents/event-limits.ts";
import { takeTogether } from "../text/take-together.ts";

/** Limits the paths of an event about changes. `pathCount` is the number of all, if some are left out. */
export function boundChangedPaths(paths: readonly string[]): { paths: string[]; pathCount?: number } {
  const short = paths.slice(0, EVENT_LIMITS.changedPaths).map((path) => path.slice(0, EVENT_LIMITS.path));
  const kept = takeTogether(short, EVENT_LIMITS.listTogether, (path) => path.length);
  return kept.length === paths.length ? { paths: kept } : { paths: kept, pathCount: paths.length };
}
