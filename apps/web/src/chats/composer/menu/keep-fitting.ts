import { findPaths, makePathIndex } from "@boocode/shared/files/find-paths";

/**
 * Returns what is shown of an earlier query's answer until that of `query` is there: only the paths that fit it too, best first, so that Enter
 * inserts nothing else.
 */
export function keepFitting<Answer extends { paths: string[] }>(before: Answer | undefined, query: string): Answer | undefined {
  return before && { ...before, paths: findPaths(makePathIndex(before.paths), query, before.paths.length) };
}
