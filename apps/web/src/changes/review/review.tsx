import type { LineComment } from "@boocode/shared/changes/review/line-comment";
import type { ChangeId, SessionId } from "@boocode/shared/ids";
import { createContext, useContext, useState, type ReactNode } from "react";
import type { PatchLine } from "../diff/parse-patch.ts";
import { toCommentedLine, type LineOwner } from "./find-comments.ts";
import { useAddComment, useComments, useRemoveComment } from "./use-comments.ts";
import { useViewed } from "./use-viewed.ts";

/** A comment being written. It outlives its line's element, which is only drawn while it is visible. */
interface Draft {
  owner: LineOwner;
  line: PatchLine;
  text: string;
}

/** What a person notes while reading changes. */
export interface Review {
  /** The viewed changes. */
  viewed: ReadonlySet<ChangeId>;
  markViewed(changeId: ChangeId, isViewed: boolean): void;
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

/** Lets the changes inside be marked as viewed, and their lines be commented on. */
export function ReviewProvider({ sessionId, children }: { sessionId: SessionId; children: ReactNode }) {
  const comments = useComments(sessionId);
  const { viewed, mark: markViewed } = useViewed(sessionId);
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
        viewed,
        markViewed,
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

/** The review around this component; null where nothing can be noted. */
export const useReview = (): Review | null => useContext(ReviewContext);
