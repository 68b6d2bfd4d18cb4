import type { AgentId, ChangeId } from "@boocode/shared/ids";
import { planBlame, toQuestions, type BlamePlan, type BlameQuestions } from "../blame/plan-blame.ts";
import type { ChainIndex } from "../blame/chain-index.ts";
import type { ChainStep } from "../blame/read-chain.ts";
import { SUBMODULE } from "../compare/compare-contents.ts";
import type { ContentPair } from "../compare/compare-many.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import { DIFF_LIMITS } from "./diff-limits.ts";

/** A change to be diffed. */
export interface DiffRequest {
  change: TreeEntryChange;
  changeId: ChangeId;
  /** The author of a hunk whose lines do not determine one. */
  agent: AgentId | null;
  /** The checkpoints to trace lines through, oldest first. If null, every hunk is the agent's. */
  chain: readonly ChainStep[] | null;
}

/** One patch of a change. A change between a file and a link has two. */
export interface PlannedPart {
  change: TreeEntryChange;
  /** The contents that git compares; null for a submodule, which has none. */
  pair: ContentPair | null;
}

export interface DiffPlan {
  request: DiffRequest;
  parts: PlannedPart[];
  /** Null without a chain. */
  blame: { plan: BlamePlan; questions: BlameQuestions } | null;
}

/** Finds out which contents a change's diff and the authors of its lines depend on. `chain`: that of the request, indexed. */
export function planDiff(request: DiffRequest, chain: ChainIndex | null): DiffPlan {
  const { change } = request;
  const isSame = change.oldOid === change.newOid;
  const plan = chain && planBlame(chain, change);
  return {
    request,
    parts: isSame ? [] : toParts(change).map((part) => ({ change: part, pair: toPair(part) })),
    blame: plan && { plan, questions: toQuestions(plan) },
  };
}

/** Lists the objects of a plan whose size has to be known. */
export function toObjects({ request: { change }, blame }: DiffPlan): string[] {
  const { oldMode, newMode, oldOid, newOid } = change;
  const sides = [...(isFile(oldMode) ? [oldOid] : []), ...(isFile(newMode) ? [newOid] : [])];
  return blame ? [...sides, ...blame.questions.counted, ...blame.questions.pairs.flatMap(({ from, to }) => [from, to])] : sides;
}

/** Whether a pair's patch is certain to be over the limits, or would cost too much to compute. */
export function isTooLarge({ from, to }: ContentPair, sizes: ReadonlyMap<string, number>): boolean {
  const [old = 0, now = 0] = [from, to].map((oid) => (oid === null ? 0 : sizes.get(oid)));
  const patch = from === null ? now : to === null ? old : Math.abs(now - old);
  return Math.max(old, now) > DIFF_LIMITS.comparedBytes || patch > DIFF_LIMITS.patchBytes;
}

export const isFile = (mode: string | null): mode is string => mode !== null && mode !== SUBMODULE;

/** Splits a change between a file and a link into a deletion and an addition: no patch turns one into the other. */
function toParts(change: TreeEntryChange): TreeEntryChange[] {
  const { oldMode, newMode, oldOid, path, previousPath } = change;
  if (oldMode === null || newMode === null || oldMode.slice(0, 3) === newMode.slice(0, 3)) return [change];
  const none = "0".repeat(oldOid.length);
  return [
    { ...change, kind: "D", path: previousPath ?? path, previousPath: null, newMode: null, newOid: none },
    { ...change, kind: "A", previousPath: null, oldMode: null, oldOid: none },
  ];
}

function toPair({ oldMode, newMode, oldOid, newOid }: TreeEntryChange): ContentPair | null {
  if (oldMode === SUBMODULE || newMode === SUBMODULE) return null;
  return { from: oldMode === null ? null : oldOid, to: newMode === null ? null : newOid };
}
