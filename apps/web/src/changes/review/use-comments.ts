import type { CommentedLine, LineComment } from "@boocode/shared/changes/review/line-comment";
import type { ChangeId, CommentId, SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../../api/trpc.ts";
import { useUnconfirmed } from "../../api/unconfirmed.ts";

const commentsOf = (sessionId: SessionId) => trpc.pendingChanges.comments.queryOptions({ sessionId });

/** The comments on lines that wait for the session's next prompt, oldest first; empty until they are loaded. */
export function useComments(sessionId: SessionId): readonly LineComment[] {
  const { data = NONE } = useQuery(commentsOf(sessionId));
  return useUnconfirmed(removeKey(sessionId), data, withoutComment);
}

const NONE: readonly LineComment[] = [];
const removeKey = (sessionId: SessionId) => ["removeComment", sessionId] as const;

function withoutComment(comments: readonly LineComment[], removed: CommentId): readonly LineComment[] {
  return comments.filter(({ id }) => id !== removed);
}

/** Stores a comment on a line. */
export function useAddComment(sessionId: SessionId) {
  return useMutation({
    mutationFn: (input: CommentedLine & { changeId: ChangeId; text: string }) =>
      trpcClient.pendingChanges.comment.mutate({ sessionId, ...input }),
    onSuccess: (comment) => queryClient.setQueryData(commentsOf(sessionId).queryKey, (before) => [...(before ?? []), comment]),
  });
}

/** Removes a comment. It disappears at once, and returns if that fails. */
export function useRemoveComment(sessionId: SessionId) {
  return useMutation({
    mutationKey: removeKey(sessionId),
    mutationFn: (commentId: CommentId) => trpcClient.pendingChanges.removeComment.mutate({ sessionId, commentId }),
    onSettled: () => queryClient.invalidateQueries(commentsOf(sessionId)),
  });
}
