import { decideShares } from "@boocode/shared/changes/edits/decide-shares";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import { toEntryStates } from "./to-entry-states.ts";

/** What changed while a turn ran, by whose it is. */
export interface SplitTurn<T> {
  /** What the agent changed, alone or with the person. */
  agents: readonly T[];
  /** What the person saved and the agent changed afterwards. */
  early: readonly T[];
  /** What the person saved last. */
  late: readonly T[];
  /** The paths in `agents` that the person saved too, with one character per byte. */
  shared: ReadonlySet<string>;
}

/**
 * Separates what the person saved by hand while a turn ran from what the agent changed.
 *
 * @param saves oldest first
 */
export function splitTurn<T extends TreeEntryChange>(turn: readonly T[], saves: readonly Pick<Edit, "files">[]): SplitTurn<T> {
  if (saves.length === 0) return { agents: turn, early: [], late: [], shared: new Set() };
  const shares = decideShares(
    toPathStates(turn),
    saves.flatMap(({ files }) => files),
  );
  const sharesOf = ({ path, previousPath }: T) =>
    (previousPath === null ? [path] : [path, previousPath]).map((each) => shares.get(BytePath.toBytes(each)));
  const isPersons = (change: T) => sharesOf(change).every((share) => share === "person");
  const isLate = (change: T) => sharesOf(change).some((share) => share === "person" || share === "person_last");
  return {
    agents: turn.filter((change) => !isPersons(change)),
    early: turn.filter((change) => !isLate(change) && sharesOf(change).includes("agent_last")),
    late: turn.filter(isLate),
    shared: new Set([...shares].flatMap(([path, share]) => (share === "person" ? [] : [path]))),
  };
}

/** Returns the state of each path on both sides; a renamed file is a path that goes and one that comes. */
export function toPathStates(changes: readonly TreeEntryChange[]): Map<string, { before: FileState; after: FileState }> {
  return new Map(
    changes.flatMap((change) => {
      const { before, after } = toEntryStates(change);
      const path = BytePath.toBytes(change.path);
      if (change.previousPath === null) return [[path, { before, after }]];
      return [
        [BytePath.toBytes(change.previousPath), { before, after: null }],
        [path, { before: null, after }],
      ];
    }),
  );
}
