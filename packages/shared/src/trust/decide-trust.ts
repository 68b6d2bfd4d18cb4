import type { Fault } from "../faults/fault.ts";
import type { ProjectId } from "../ids.ts";
import type { TrustDecision, TrustItem, TrustRecord, TrustStanding, TrustState } from "./trust.ts";

type Content = Pick<TrustItem, "path" | "sha256">;
type Decided = Pick<TrustRecord, "path" | "sha256" | "decision">;

/** What was found in a checkout, or why it could not be read. */
export type TrustFinding = { kind: "found"; items: readonly Content[]; digest: string } | { kind: "unknown"; reason: string };

/** Compares an item with everything decided in its project. */
export function toStanding({ path, sha256 }: Content, decided: readonly Decided[]): TrustStanding {
  const ofPath = decided.filter((record) => record.path === path);
  const exact = ofPath.find((record) => record.sha256 === sha256);
  if (exact) return exact.decision === "trust" ? "trusted" : "distrusted";
  return ofPath.length > 0 ? "changed" : "new";
}

/**
 * Decides whether what a checkout would run is trusted.
 *
 * Trust applies to contents. The person is asked again if a single file has content they never decided about, but not for content they
 * trusted before. A checkout that could not be read is never trusted.
 */
export function decideTrust(finding: TrustFinding, decided: readonly Decided[]): TrustState {
  if (finding.kind === "unknown") return "unknown";
  if (finding.items.length === 0) return "nothing";
  const standings = new Set(finding.items.map((item) => toStanding(item, decided)));
  if (standings.has("new") || standings.has("changed")) return "undecided";
  return standings.has("distrusted") ? "distrusted" : "trusted";
}

/** Returns whether the repository's own code may start. */
export function isTrusted(state: TrustState): boolean {
  return state === "nothing" || state === "trusted";
}

/**
 * Decides what a person's trust answer changes. The digest names what they were shown; the answer is refused if the content has changed
 * since.
 *
 * A no applies to items not yet trusted: it revokes trust only if everything was trusted.
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
