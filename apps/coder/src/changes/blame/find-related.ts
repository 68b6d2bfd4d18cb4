import type { BytePath } from "../../platform/git/byte-path.ts";
import type { ChainStep } from "./read-chain.ts";

/**
 * Returns the steps that touch the given files under any of their names, each with those changes only. The names of a file are those that
 * renames connect.
 */
export function findRelated(chain: readonly ChainStep[], files: readonly ({ path: BytePath } | null)[]): ChainStep[] {
  const names = new Set(files.flatMap((file) => (file === null ? [] : [file.path])));
  const renames = chain.flatMap(({ changes }) => changes.filter(({ previousPath }) => previousPath !== null));
  for (let size = -1; size < names.size;) {
    size = names.size;
    for (const { path, previousPath } of renames) {
      if (!names.has(path) && !names.has(previousPath!)) continue;
      names.add(path);
      names.add(previousPath!);
    }
  }
  return chain.flatMap((step) => {
    const changes = step.changes.filter(({ path, previousPath }) => names.has(path) || (previousPath !== null && names.has(previousPath)));
    return changes.length === 0 ? [] : [{ ...step, changes }];
  });
}
