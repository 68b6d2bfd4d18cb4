import type { Database } from "@boocode/db/database";
import { findEditOfChange } from "@boocode/db/stores/changes/edit-store";
import type { Edit, EditKind, JudgeInput } from "@boocode/shared/changes/edits/edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChangeId } from "@boocode/shared/ids";

/**
 * Finds the edit that has already judged exactly these changes in the same way, for the second of two browsers. `missing`: one of them that
 * is no longer pending. Fault: `stale_change` if there is none.
 */
export async function findSameEdit(
  db: Database,
  kind: EditKind,
  { sessionId, changeIds, hunks = [] }: JudgeInput,
  missing: ChangeId,
): Promise<Edit> {
  const edit = await findEditOfChange(db.read, sessionId, kind, missing);
  const judged = new Map(edit?.judged.map(({ row, hunks: own }) => [row.id, own]));
  const wanted = new Map(hunks.map((each) => [each.changeId, each.hunks]));
  const isSame = changeIds.every((id) => judged.has(id) && isSameHunks(judged.get(id)!, wanted.get(id) ?? null));
  if (!edit || !isSame) throw new DomainError({ kind: "stale_change", changeId: missing });
  return edit;
}

function isSameHunks(a: readonly number[] | null, b: readonly number[] | null): boolean {
  if (a === null || b === null) return a === b;
  const [first, second] = [new Set(a), new Set(b)];
  return first.size === second.size && [...first].every((hunk) => second.has(hunk));
}
