import type { LineComment } from "@boocode/shared/changes/review/line-comment";
import type { SessionId } from "@boocode/shared/ids";
import { createContext, useContext, useState, type ReactNode } from "react";
import type { PatchLine } from "../diff/parse-patch.ts";
import { toCommentedLine, type LineOwner } from "./find-comments.ts";
import { useAddComment, useComments, useRemoveComment } from "./use-comments.ts";

/** A comment being written. It outlives its line's element, which is only drawn while it is visible. */
interface Draft {
  owner: LineOwner;
  line: PatchLine;
  text: string;
}

/** What a person notes on lines. */
export interface Review {
  comments: readonly LineComment[];
  draft: Draft | null;
  isSaving: boolean;
  /** Begins a comment on a line. A comment begun elsewhere moves there with its text. */
  begin(owner: LineOwner, line: PatchLine): void;
  write(text: string): void;
  save(): void;
  cancel(): void;
  remove(comment: LineComment): void;
}

const ReviewContext = createContext<Review | null>(null);

/** Lets the lines of the diffs inside be commented on. */
export function ReviewProvider({ sessionId, children }: { sessionId: SessionId; children: ReactNode }) {
  const comments = useComments(sessionId);
  const add = useAddComment(sessionId);
  const { mutate: remove } = useRemoveComment(sessionId);
  const [draft, setDraft] = useState<Draft | null>(null);
  const save = () => {
    if (draft === null || draft.text.trim() === "" || add.isPending) return;
    const { owner, line, text } = draft;
    add.mutate({ changeId: owner.changeId, ...toCommentedLine(line), text }, { onSuccess: () => setDraft(null) });
  };
  return (
    <ReviewContext
      value={{
        comments,
        draft,
        isSaving: add.isPending,
        begin: (owner, line) => setDraft({ owner, line, text: draft?.text ?? "" }),
        write: (text) => setDraft(draft && { ...draft, text }),
        save,
        cancel: () => setDraft(null),
        remove: ({ id }) => remove(id),
      }}
    >
      {children}
    </ReviewContext>
  );
}

/** The review around this component; null where lines cannot be commented on. */
export const useReview = (): Review | null => useContext(ReviewContext);
