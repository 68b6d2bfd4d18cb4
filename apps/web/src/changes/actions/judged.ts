import type { ChangeId } from "@boocode/shared/ids";
import type { PanelFile } from "../panel-file.ts";
import type { Verb } from "./explain-disabled.ts";

/** A file that was judged and keeps its place until the pointer leaves, so that nothing moves under it. */
export interface JudgedFile {
  file: PanelFile;
  verb: Verb;
  /** The height of its unfolded lines, in pixels. */
  height: number;
}

/** A hunk that was judged and keeps its place likewise. */
export interface JudgedHunk {
  /** The key of its file. */
  path: string;
  /** The change it was a hunk of. */
  changeId: ChangeId;
  verb: Verb;
  /** Where it began: in the worktree's file if it was applied, in the base's if it was rejected. That side has not changed. */
  line: number;
  /** The height of its header and its lines, in pixels. */
  height: number;
}

/** What was judged and still keeps its place. */
export interface Judged {
  files: readonly JudgedFile[];
  hunks: readonly JudgedHunk[];
}

export const NOTHING_JUDGED: Judged = { files: [], hunks: [] };

/** A file of the list; `judged` if it only keeps its place. */
export interface ListedFile {
  file: PanelFile;
  judged: JudgedFile | null;
}

/** The files with the judged ones at their places. A judged file that is pending again, such as after an undo, is shown as such. */
export function withJudged(files: readonly PanelFile[], { files: judged }: Judged): ListedFile[] {
  const listed: ListedFile[] = files.map((file) => ({ file, judged: null }));
  const pending = new Set(files.map(({ key }) => key));
  for (const each of judged) {
    const { key } = each.file;
    if (pending.has(key)) continue;
    const at = listed.findIndex(({ file }) => file.key > key);
    listed.splice(at === -1 ? listed.length : at, 0, { file: each.file, judged: each });
  }
  return listed;
}

/** The key of the file to go on with after these files were judged: the next one that was not, else the one before; null if none is left. */
export function chooseNext(files: readonly PanelFile[], judged: ReadonlySet<string>): string | null {
  const last = files.findLastIndex(({ key }) => judged.has(key));
  const after = files.slice(last + 1).find(({ key }) => !judged.has(key));
  const before = files.slice(0, Math.max(0, last)).findLast(({ key }) => !judged.has(key));
  return (after ?? before)?.key ?? null;
}
