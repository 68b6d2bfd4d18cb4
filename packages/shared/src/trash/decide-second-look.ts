import { decideDelete, type DeleteDecision, type DeleteLook, type DeleteRequest } from "../worktrees/decide-delete.ts";
import { MAX_NAMED, type RiskProcess } from "../worktrees/risk-report.ts";

/**
 * Decides again, under the locks that act, after everything of a session was stopped. `left`: what did not stop.
 *
 * A person who forced the deletion of a session in which something ran has agreed that it is stopped, and what it wrote until then could
 * not be shown: it goes into the trash with the rest. Anything else that has changed since is shown first.
 */
export function decideSecondLook(
  first: DeleteLook | null,
  second: DeleteLook | null,
  request: DeleteRequest,
  left: readonly RiskProcess[],
): DeleteDecision {
  const wasForced = request.force && first !== null && first.reports.some(({ verdict }) => verdict !== "safe");
  const hadRunning = first?.reports.some(({ runningTasks, liveProcesses }) => runningTasks > 0 || liveProcesses.length > 0) === true;
  if (wasForced && hadRunning) return { kind: "proceed", isForced: true };
  const decision = decideDelete(second, request);
  if (decision.kind === "refuse" || decision.isForced || left.length === 0) return decision;
  const reports = (second?.reports ?? []).map((report) => ({
    ...report,
    verdict: "at_risk" as const,
    liveProcesses: [...report.liveProcesses, ...left.filter(({ pid }) => report.liveProcesses.every((one) => one.pid !== pid))].slice(
      0,
      MAX_NAMED,
    ),
  }));
  return { kind: "refuse", fault: { kind: "work_at_risk", reports, consent: second?.consent ?? "" } };
}
