import type { SessionId } from "@boocode/shared/ids";
import type { Budget } from "@boocode/shared/usage/budget";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { toLookAgainMs } from "./look-again.ts";

/** How far the budgets of a session and of the day are used; undefined until it is loaded. */
export function useBudget(sessionId: SessionId) {
  return useQuery({
    ...trpc.usage.budget.queryOptions({ sessionId }),
    // Nothing happens in the daemon when the day ends.
    refetchInterval: ({ state: { data } }) => toLookAgainMs(data?.uses ?? [], Date.now()),
    refetchIntervalInBackground: true,
  }).data;
}

/** What turns used in the last days. */
export function useUsageReport(days: number) {
  return useQuery({ ...trpc.usage.report.queryOptions({ days }), placeholderData: (before) => before });
}

/** Gives a session a budget of its own; null: the default again. */
export function useSetSessionBudget() {
  return useMutation({
    mutationFn: (input: { sessionId: SessionId; budget: Budget | null }) => trpcClient.usage.setSessionBudget.mutate(input),
    onSettled: () => queryClient.invalidateQueries(trpc.usage.pathFilter()),
  });
}
