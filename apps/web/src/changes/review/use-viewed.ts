import type { ChangeId, SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../../api/trpc.ts";

/** Which pending changes are viewed, and a function that marks one. The mark shows at once, and goes back if storing it fails. */
export function useViewed(sessionId: SessionId): { viewed: ReadonlySet<ChangeId>; mark: (changeId: ChangeId, viewed: boolean) => void } {
  const options = trpc.pendingChanges.viewed.queryOptions({ sessionId });
  const { data } = useQuery(options);
  const { mutate } = useMutation({
    mutationFn: (input: { changeId: ChangeId; viewed: boolean }) => trpcClient.pendingChanges.markViewed.mutate({ sessionId, ...input }),
    onMutate: ({ changeId, viewed }) =>
      queryClient.setQueryData(options.queryKey, (before) => {
        const others = (before?.changeIds ?? []).filter((id) => id !== changeId);
        return { changeIds: viewed ? [...others, changeId] : others };
      }),
    onError: () => queryClient.invalidateQueries({ queryKey: options.queryKey }),
  });
  return { viewed: new Set(data?.changeIds), mark: (changeId, viewed) => mutate({ changeId, viewed }) };
}
