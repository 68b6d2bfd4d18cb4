import type { Fault } from "../faults/fault.ts";
import type { RiskReport } from "./risk-report.ts";

/** What the guard found, and the hash that a person's consent to exactly that must name. */
export interface DeleteLook {
  reports: readonly RiskReport[];
  consent: string;
}

/** What the person asked for. A forced delete names the consent it was shown. */
export interface DeleteRequest {
  force: boolean;
  consent: string | null;
}

export type DeleteDecision = { kind: "proceed"; isForced: boolean } | { kind: "refuse"; fault: Fault };

const MAX_REASONS = 3;

/**
 * Decides whether a session or a worktree may go away. `look`: what the guard sees now, under the locks; null if there is nothing to look
 * at, as in a session that was never used.
 *
 * Force needs exactly the consent of what is seen now: if anything has changed since, the delete is refused again, with the new findings.
 */
export function decideDelete(look: DeleteLook | null, { force, consent }: DeleteRequest): DeleteDecision {
  if (look === null || look.reports.every(({ verdict }) => verdict === "safe")) return { kind: "proceed", isForced: false };
  if (force && consent === look.consent) return { kind: "proceed", isForced: true };
  const reports = [...look.reports];
  const unknown = [...new Set(reports.flatMap((report) => report.unknown))];
  if (reports.every(({ verdict }) => verdict !== "unknown")) {
    return { kind: "refuse", fault: { kind: "work_at_risk", reports, consent: look.consent } };
  }
  const reason = unknown.slice(0, MAX_REASONS).join(" ");
  return { kind: "refuse", fault: { kind: "risk_unknown", reason, reports, consent: look.consent } };
}

/**
 * Decides whether what runs is stopped before a forced delete is refused: what it writes all the time is never as it was shown, so that no
 * consent would ever fit. The person has asked for the end of it, and is shown what is there then.
 */
export function decideStopFirst(look: DeleteLook, { force, consent }: DeleteRequest): boolean {
  const isOutdated = force && consent !== null && consent !== look.consent;
  return isOutdated && look.reports.some(({ runningTasks, liveProcesses }) => runningTasks > 0 || liveProcesses.length > 0);
}
