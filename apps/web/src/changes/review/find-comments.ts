import { MAX_QUOTE_CHARS, type CommentedLine, type LineComment } from "@boocode/shared/changes/review/line-comment";
import type { ChangeId } from "@boocode/shared/ids";
import { cutText } from "@boocode/shared/text/cut-text";
import type { PatchLine } from "../diff/parse-patch.ts";

/** The change that a line belongs to. */
export interface LineOwner {
  changeId: ChangeId;
  path: string;
}

/** Names a line of a diff for a comment: a deleted line by the base, any other by the current file. */
export function toCommentedLine({ kind, oldNumber, newNumber, text }: PatchLine): CommentedLine {
  const quote = cutText(text.replace(/\r$/, ""), MAX_QUOTE_CHARS);
  return kind === "deleted" ? { side: "old", line: oldNumber!, quote } : { side: "new", line: newNumber!, quote };
}

/**
 * The comments on a line. One on an earlier content of the file is shown where the same line still has the same number; elsewhere it is
 * only in the list above the composer, which quotes it.
 */
export function findComments(comments: readonly LineComment[], { changeId, path }: LineOwner, line: PatchLine): LineComment[] {
  const { side, line: number, quote } = toCommentedLine(line);
  return comments.filter(
    (comment) =>
      comment.side === side &&
      comment.line === number &&
      (comment.changeId === changeId || (comment.path === path && comment.quote === quote)),
  );
}
