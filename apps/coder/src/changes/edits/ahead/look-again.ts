import { decideEditRecovery, type EditRecovery, type RecoveredFile } from "@boocode/shared/changes/edits/decide-edit-recovery";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import type { EditPlace } from "../files/edit-place.ts";
import type { Aheads } from "./aheads.ts";
import { findLost, hashBlob, type LostFiles } from "./find-lost.ts";

/** An interrupted edit as it is found. */
export interface LookedAgain {
  recovery: EditRecovery;
  /** What each of its files holds, in their order. */
  holds: readonly RecoveredFile["holds"][];
  lost: LostFiles;
  /** What is kept of its new contents. */
  findAhead: (file: FileEdit) => Buffer | null;
}

/** Looks at every path of an interrupted edit, and decides how it goes on. Nothing is written. */
export async function lookAgain(place: EditPlace, aheads: Aheads, edit: Edit): Promise<LookedAgain> {
  const ahead = await aheads.read(edit.id);
  const { lost } = ahead === null ? { lost: new Map<FileEdit, FileEdit>() } : await findLost(place, edit, ahead);
  const holds = (await place.compare(edit.files)).map((each, at) => (lost.has(edit.files[at]!) ? ("lost" as const) : each));
  const recovery = decideEditRecovery(
    edit.state === "reverting" ? "reverting" : "started",
    edit.files.map(({ path }, at) => ({ path, holds: holds[at]! })),
  );
  return { recovery, holds, lost, findAhead: toFindAhead(ahead?.files ?? []) };
}

/** Makes what finds kept contents: only what is exactly a file's new content. */
export function toFindAhead(files: readonly { path: string; content: Buffer }[]): LookedAgain["findAhead"] {
  const kept = new Map(files.map(({ path, content }) => [path, content]));
  return ({ root, path, after }) => {
    const content = root === "checkout" && after !== null ? kept.get(path) : undefined;
    return content && hashBlob(content, after!.oid) === after!.oid ? content : null;
  };
}
