import { MAX_COMMENT_CHARS, type LineComment } from "@boocode/shared/changes/review/line-comment";
import { MessageSquarePlus, X } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import type { PatchLine } from "../diff/parse-patch.ts";
import { COMMENT_BUTTON } from "./begin-comment.ts";
import { findComments, toCommentedLine, type LineOwner } from "./find-comments.ts";
import { useReview, type Review } from "./review.tsx";

/** Begins a comment on a line. Shown on the line under the pointer. */
export function CommentButton({ owner, line }: { owner: LineOwner; line: PatchLine }) {
  const review = useReview();
  if (!review) return null;
  const { line: number } = toCommentedLine(line);
  return (
    <button
      type="button"
      tabIndex={-1}
      {...{ [COMMENT_BUTTON]: line.kind === "context" ? "context" : "changed" }}
      aria-label={`Comment on line ${number}`}
      title="Comment on this line (C)"
      onClick={() => review.begin(owner, line)}
      className="absolute top-0 right-1 z-10 flex h-[19px] items-center rounded-sm border border-line bg-raised px-1 text-muted opacity-0 group-hover/line:opacity-100 hover:text-ink focus-visible:opacity-100"
    >
      <MessageSquarePlus aria-hidden className="size-3" />
    </button>
  );
}

/** The comments on a line, and the field for a new one. Renders nothing on a line without. */
export function LineNotes({ owner, line }: { owner: LineOwner; line: PatchLine }) {
  const review = useReview();
  if (!review) return null;
  const comments = findComments(review.comments, owner, line);
  const { draft } = review;
  const isOpen = draft !== null && draft.owner.changeId === owner.changeId && isSame(draft.line, line);
  if (comments.length === 0 && !isOpen) return null;
  return (
    <div className="max-w-2xl space-y-1.5 py-1.5 pr-3 pl-8 font-sans text-sm">
      {comments.map((comment) => (
        <Note key={comment.id} comment={comment} onRemove={() => review.remove(comment)} />
      ))}
      {isOpen && <Field text={draft.text} review={review} />}
    </div>
  );
}

function isSame(one: PatchLine, other: PatchLine): boolean {
  const [a, b] = [toCommentedLine(one), toCommentedLine(other)];
  return a.side === b.side && a.line === b.line;
}

function Note({ comment, onRemove }: { comment: LineComment; onRemove: () => void }) {
  return (
    <div className="flex items-start gap-1 rounded-md border border-line bg-raised py-1 pr-1 pl-2.5 text-ink">
      <p className="min-w-0 flex-1 py-0.5 break-words whitespace-pre-wrap">{comment.text}</p>
      <IconButton size="sm" label="Remove the comment" onClick={onRemove}>
        <X aria-hidden />
      </IconButton>
    </div>
  );
}

function Field({ text, review }: { text: string; review: Review }) {
  return (
    <div data-own-escape className="rounded-md border border-line-strong bg-raised focus-within:border-accent">
      <textarea
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person has just asked for this field
        autoFocus
        aria-label="Comment"
        placeholder="Goes to the agent with your next message"
        value={text}
        rows={2}
        maxLength={MAX_COMMENT_CHARS}
        onChange={(event) => review.write(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) review.save();
          else if (event.key === "Escape") review.cancel();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        className="block field-sizing-content max-h-40 min-h-12 w-full resize-none bg-transparent px-2.5 py-1.5 text-ink outline-none"
      />
      <div className="flex justify-end gap-1 px-1.5 pb-1.5">
        <Button size="sm" variant="quiet" onClick={review.cancel}>
          Cancel
        </Button>
        <Button size="sm" disabled={text.trim() === ""} busy={review.isSaving} onClick={review.save}>
          Add comment
        </Button>
      </div>
    </div>
  );
}
