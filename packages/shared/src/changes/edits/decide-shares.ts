import { isSameState, type FileEdit, type FileState } from "./file-edit.ts";

/**
 * Whose a path is that the person saved while a turn ran. `person`: the turn itself left it alone; `person_last` and `agent_last`: both
 * changed it, and who did so last.
 */
export type PathShare = "person" | "person_last" | "agent_last";

/**
 * Decides, for each path that differs between the beginning and the end of a turn and that the person saved meanwhile, whose the difference
 * is. A save whose result the turn began with came before it.
 *
 * @param turn what the turn began and ended with, by path
 * @param saves what the person wrote, oldest first
 */
export function decideShares(
  turn: ReadonlyMap<string, { before: FileState; after: FileState }>,
  saves: readonly Pick<FileEdit, "path" | "before" | "after">[],
): Map<string, PathShare> {
  const byPath = Map.groupBy(saves, ({ path }) => path);
  const shares = new Map<string, PathShare>();
  for (const [path, all] of byPath) {
    const states = turn.get(path);
    if (!states) continue;
    const isFirst = isSameState(all[0]!.before, states.before);
    const own = isFirst ? all : all.slice(all.findLastIndex(({ after }) => isSameState(after, states.before)) + 1);
    const last = own.at(-1);
    if (!last) continue;
    const isPersonLast = isSameState(last.after, states.after);
    const isWhole = own.every(({ before }, at) => isSameState(before, at === 0 ? states.before : own[at - 1]!.after));
    shares.set(path, !isPersonLast ? "agent_last" : isWhole ? "person" : "person_last");
  }
  return shares;
}
