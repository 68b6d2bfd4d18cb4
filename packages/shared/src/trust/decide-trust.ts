import type { Fault } from "../faults/fault.ts";
import type { ProjectId } from "../ids.ts";
import type { TrustDecision, TrustItem, TrustRecord, TrustStanding, TrustState } from "./trust.ts";

type Content = Pick<TrustItem, "path" | "sha256">;
type Decided = Pick<TrustRecord, "path" | "sha256" | "decision">;

/** What was found in a checkout, or why it could not be looked at. */
export type TrustFinding = { kind: "found"; items: readonly Content[]; digest: string } | { kind: "unknown"; reason: string };

/** How an item stands towards everything decided in its project. */
export function toStanding({ path, sha256 }: Content, decided: readonly Decided[]): TrustStanding {
  const ofPath = decided.filter((record) => record.path === path);
  const exact = ofPath.find((record) => record.sha256 === sha256);
  if (exact) return exact.decision === "trust" ? "trusted" : "distrusted";
  return ofPath.length > 0 ? "changed" : "new";
}

/**
 * Whether what a checkout would run is trusted.
 *
 * Trust belongs to contents: one file that is not exactly as it was when the person said yes is asked about again, and a content
 * that was trusted before is not. What could not be looked at is never trusted.
 */
export function decideTrust(finding: TrustFinding, decided: readonly Decided[]): TrustState {
  if (finding.kind === "unknown") return "unknown";
  if (finding.items.length === 0) return "nothing";
  const standings = new Set(finding.items.map((item) => toStanding(item, decided)));
  if (standings.has("new") || standings.has("changed")) return "undecided";
  return standings.has("distrusted") ? "distrusted" : "trusted";
}

/** Whether something of the repository's may start. */
export function isTrusted(state: TrustState): boolean {
  return state === "nothing" || state === "trusted";
}

/**
 * Takes a person's answer to what they were shown, named by its digest; refused where something else is there by now.
 *
 * A no is about what was not trusted yet: it takes trust back only where everything was trusted.
 */
export function decideTrustAnswer(
  state: { projectId: ProjectId; finding: TrustFinding; decided: readonly Decided[] },
  answer: { decision: TrustDecision; digest: string },
): { kind: "accept"; contents: readonly Content[] } | { kind: "refuse"; fault: Fault } {
  const { projectId, finding, decided } = state;
  if (finding.kind === "unknown") return { kind: "refuse", fault: { kind: "trust_unknown", projectId, reason: finding.reason } };
  if (finding.digest !== answer.digest) return { kind: "refuse", fault: { kind: "trust_changed", projectId } };
  if (answer.decision === "trust") return { kind: "accept", contents: finding.items };
  const open = finding.items.filter((item) => toStanding(item, decided) !== "trusted");
  return { kind: "accept", contents: open.length > 0 ? open : finding.items };
}
