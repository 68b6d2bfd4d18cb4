import type { ProjectId, SessionId } from "@boocode/shared/ids";
import type { TrustDecision, TrustReport } from "@boocode/shared/trust/trust";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

/** The programs a session's checkout would run and the decision about them; undefined until loaded. */
export function useTrustReport(projectId: ProjectId, sessionId: SessionId): TrustReport | undefined {
  return useQuery(trpc.projects.trustReport.queryOptions({ projectId, sessionId })).data;
}

/** Answers a trust report. If the content has changed since, nothing is decided and the report is fetched again. */
export function useTrustAnswer({ projectId, sessionId, digest }: TrustReport, onAnswered: () => void) {
  return useMutation({
    mutationFn: (decision: TrustDecision) =>
      trpcClient.projects.trust.mutate({ projectId, digest, decision, ...(sessionId === null ? {} : { sessionId }) }),
    onSuccess: onAnswered,
    onSettled: () => queryClient.invalidateQueries(trpc.projects.trustReport.pathFilter()),
  });
}
