import type { ChangeId, SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../../api/trpc.ts";
import { useUnconfirmed } from "../../api/unconfirmed.ts";

/** Which pending changes are viewed, and a function that marks one. The mark shows at once, and goes back if storing it fails. */
export function useViewed(sessionId: SessionId): { viewed: ReadonlySet<ChangeId>; mark: (changeId: ChangeId, viewed: boolean) => void } {
  const options = trpc.pendingChanges.viewed.queryOptions({ sessionId });
  const { data } = useQuery(options);
  const mutationKey = ["markViewed", sessionId] as const;
  const { mutate } = useMutation({
    mutationKey,
    mutationFn: (input: Mark) => trpcClient.pendingChanges.markViewed.mutate({ sessionId, ...input }),
    onSettled: () => queryClient.invalidateQueries(options),
  });
  const viewed = useUnconfirmed(mutationKey, data?.changeIds ?? NONE, applyMark);
  return { viewed: new Set(viewed), mark: (changeId, isViewed) => mutate({ changeId, viewed: isViewed }) };
}

type Mark = { changeId: ChangeId; viewed: boolean };

const NONE: readonly ChangeId[] = [];

function applyMark(before: readonly ChangeId[], { changeId, viewed }: Mark): readonly ChangeId[] {
  const others = before.filter((id) => id !== changeId);
  return viewed ? [...others, changeId] : others;
}
