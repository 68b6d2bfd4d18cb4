import type { ProjectId, SessionId } from "@boocode/shared/ids";
import type { TrustDecision, TrustReport } from "@boocode/shared/trust/trust";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

/** What the session's checkout would run and what was decided about it; undefined until it is known. */
export function useTrustReport(projectId: ProjectId, sessionId: SessionId): TrustReport | undefined {
  return useQuery(trpc.projects.trustReport.queryOptions({ projectId, sessionId })).data;
}

/** Answers a report. Where something else is there by now, nothing is decided and the report is read anew. */
export function useTrustAnswer({ projectId, sessionId, digest }: TrustReport, onAnswered: () => void) {
  return useMutation({
    mutationFn: (decision: TrustDecision) =>
      trpcClient.projects.trust.mutate({ projectId, digest, decision, ...(sessionId === null ? {} : { sessionId }) }),
    onSuccess: onAnswered,
    onSettled: () => queryClient.invalidateQueries(trpc.projects.trustReport.pathFilter()),
  });
}
