import type { FileView } from "@boocode/shared/files/file-view";
import type { CodeDraft } from "../drafts/code-draft-store.ts";

/** What is on disk: a view of the file, `gone`, or null as long as that is not known. */
export type OnDisk = FileView | "gone" | null;

/**
 * How an open file and what is on disk relate. `saved`: the page shows what is on disk; `unsaved`: the person has written more;
 * `changed`: somebody else has changed the file meanwhile; `gone`: it is no longer there, or not a text any more.
 */
export type FileStanding = "saved" | "unsaved" | "changed" | "gone";

/** The content that the last save was made over, and the one that it wrote, as git ids. */
export interface LastSave {
  from: string | null;
  to: string;
}

/**
 * Decides over which content a text was written. `over`: the content that the editor shows, as it was told last. It may not have been told yet
 * of a save a moment ago, and then that is what the text was written over. `now`: the content on disk, as far as the page knows.
 */
export function decideBase({
  draft,
  over,
  lastSave,
  now,
}: {
  draft: CodeDraft | null;
  over: string | null;
  lastSave: LastSave | null;
  now: string | null;
}): string | null {
  if (draft !== null) return draft.baseOid;
  return lastSave !== null && lastSave.to === now && lastSave.from === over ? now : over;
}

/** Decides how the unsaved text of a file and what is on disk relate. A text that equals what is on disk is saved, whoever saved it. */
export function decideStanding(draft: CodeDraft | null, disk: OnDisk): FileStanding {
  if (draft === null) return "saved";
  if (disk === null) return "unsaved";
  if (disk === "gone") return draft.baseOid === null ? "unsaved" : "gone";
  if (disk.kind !== "text") return "gone";
  if (disk.text === draft.text) return "saved";
  return disk.oid === draft.baseOid ? "unsaved" : "changed";
}
