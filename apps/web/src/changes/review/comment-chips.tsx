import type { LineComment } from "@boocode/shared/changes/review/line-comment";
import type { SessionId } from "@boocode/shared/ids";
import { MessageSquareText, X } from "lucide-react";
import { showPath } from "../../files/show-path.ts";
import { useRemoveComment } from "./use-comments.ts";

/** The comments on lines that the next prompt carries. Renders nothing without. */
export function CommentChips({ sessionId, comments }: { sessionId: SessionId; comments: readonly LineComment[] }) {
  const { mutate: remove } = useRemoveComment(sessionId);
  if (comments.length === 0) return null;
  return (
    <ul aria-label="Comments on changed lines" className="flex max-h-24 flex-wrap gap-1 overflow-y-auto px-2.5 pt-2">
      {comments.map((comment) => (
        <li
          key={comment.id}
          title={`${showPath(comment.path)}, line ${comment.line}\n> ${comment.quote}\n${comment.text}`}
          className="flex h-6 max-w-full items-center gap-1.5 rounded-md border border-line bg-inset pl-1.5 text-sm text-muted"
        >
          <MessageSquareText aria-hidden className="size-3 shrink-0" />
          <span className="shrink-0 font-mono text-xs">
            {showPath(comment.path.slice(comment.path.lastIndexOf("/") + 1))}:{comment.line}
          </span>
          <span className="max-w-48 min-w-0 truncate text-ink">{comment.text}</span>
          <button
            type="button"
            aria-label={`Remove the comment on ${showPath(comment.path)}, line ${comment.line}`}
            onClick={() => remove(comment.id)}
            className="flex size-6 shrink-0 items-center justify-center rounded-md hover:bg-hover hover:text-ink"
          >
            <X aria-hidden className="size-3" />
          </button>
        </li>
      ))}
    </ul>
  );
}
