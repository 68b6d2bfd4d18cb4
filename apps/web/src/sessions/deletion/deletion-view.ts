import type { Fault } from "@boocode/shared/faults/fault";
import type { RiskReport } from "@boocode/shared/worktrees/risk-report";
import { explainError, faultOf, type Explanation } from "../../api/faults/explain-fault.ts";
import { describeLeftByStash, toFindings } from "./describe-risk.ts";

/** What the person asked for last: to delete what is safe, to stash its files first, or to delete what was shown. */
export type DeletionAct = "look" | "stash" | "force";

/** What happened since the findings were shown: a sentence, with its full stop. */
interface News {
  isProblem: boolean;
  words: string;
}

/** The findings that keep something from being deleted without a question. */
export interface Refusal {
  kind: "refused";
  /** True if something could not be read. */
  isUnknown: boolean;
  reports: readonly RiskReport[];
  /** What a forced delete of exactly this must name. */
  consent: string;
  news: News | null;
}

/** What the delete dialog shows. */
export type DeletionView = { kind: "looking" } | Refusal | { kind: "failed"; words: Explanation };

/** What an act ended with. `stash`: what stashing did just before. */
interface Outcome {
  error: unknown;
  act: DeletionAct;
  stash: { stashed: boolean; message: string } | null;
}

/** The view after an act that deleted nothing. */
export function toDeletionView(before: DeletionView, { error, act, stash }: Outcome): DeletionView {
  const fault = faultOf(error);
  if (fault?.kind === "work_at_risk" || fault?.kind === "risk_unknown") {
    const refusal = toRefusal(fault);
    return { ...refusal, news: toNews(before, refusal, { act, stash }) };
  }
  const words = explainError(error);
  // A fault is an answer: nothing was deleted, and the findings still stand.
  if (before.kind === "refused" && fault) return { ...before, news: { isProblem: true, words: `${words.title}. ${words.hint}` } };
  if (fault) return { kind: "failed", words };
  return {
    kind: "failed",
    words: { ...words, hint: `${words.hint} Whether it was deleted is known once BooCode answers: then try again.` },
  };
}

function toRefusal(fault: Extract<Fault, { kind: "work_at_risk" | "risk_unknown" }>): Refusal {
  return { kind: "refused", isUnknown: fault.kind === "risk_unknown", reports: fault.reports, consent: fault.consent, news: null };
}

function toNews(before: DeletionView, now: Refusal, { act, stash }: Omit<Outcome, "error">): News | null {
  if (before.kind !== "refused") return null;
  if (act === "stash" && stash)
    return { isProblem: false, words: stash.stashed ? describeLeft(now) : `${stash.message} Nothing was deleted.` };
  if (now.consent !== before.consent) {
    return { isProblem: false, words: "Something changed since this was shown. Nothing was deleted; this is what is there now." };
  }
  return { isProblem: false, words: now.isUnknown ? "Looked again: it still cannot be read." : "Looked again: nothing has changed." };
}

function describeLeft({ isUnknown, reports }: Refusal): string {
  if (isUnknown) return "The files are stashed. Nothing was deleted, because not everything could be read.";
  const left = describeLeftByStash(toFindings(reports));
  if (left !== null) return `The files are stashed. Nothing was deleted: a stash does not hold ${left}.`;
  return "The files are stashed. Nothing was deleted, because files have changed since.";
}
