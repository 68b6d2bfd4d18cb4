import type { SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc } from "../api/trpc.ts";

/** What git says about a session's worktree. Read again whenever its changes, its tasks or its git change. */
export function useGitStatus(sessionId: SessionId) {
  const options = { meta: { ownWords: true }, retry: false, refetchOnWindowFocus: true };
  return useQuery(trpc.git.status.queryOptions({ sessionId }, options));
}

/** What git said last, without asking; undefined if it was not asked on this page. */
export function useKnownGit(sessionId: SessionId) {
  return useQuery(trpc.git.status.queryOptions({ sessionId }, { enabled: false })).data;
}

/** One of git's actions. The status is read again once it has begun. Failures are reported as everywhere. */
export function useGitAction<Input, Output>(call: (input: Input) => Promise<Output>) {
  return useMutation({
    mutationFn: (input: Input) => call(input),
    onSettled: () => queryClient.invalidateQueries(trpc.git.status.pathFilter()),
  });
}
