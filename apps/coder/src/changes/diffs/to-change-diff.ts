import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import type { AgentId } from "@boocode/shared/ids";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { FileBlame } from "../blame/plan-blame.ts";
import type { ChainStep } from "../blame/read-chain.ts";
import { SUBMODULE } from "../compare/compare-contents.ts";
import type { ContentPair } from "../compare/compare-many.ts";
import { readHunks, type Hunk } from "../compare/read-hunks.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import type { PatchBody } from "../compare/split-patches.ts";
import { toPatchHeader } from "../compare/to-patch-header.ts";
import { DIFF_LIMITS } from "./diff-limits.ts";
import { isFile, type DiffPlan } from "./plan-diff.ts";

export interface ChangeDiffInput {
  plan: DiffPlan;
  /** If null, every hunk is the agent's. */
  blame: FileBlame | null;
  /** Of contents, by object id. */
  sizes: ReadonlyMap<string, number>;
  bodyOf: (pair: ContentPair) => PatchBody | "too_large";
  ignoreWhitespace?: boolean;
}

/** Makes the unified patch of one change from what git says about its contents. */
export function toChangeDiff({ plan, blame, sizes, bodyOf, ignoreWhitespace = false }: ChangeDiffInput): ChangeDiff {
  const { change, changeId, agent } = plan.request;
  const { oldMode, newMode } = change;
  const frame = {
    changeId,
    path: BytePath.toText(change.path),
    ...(change.previousPath !== null && { previousPath: BytePath.toText(change.previousPath) }),
    oldMode,
    newMode,
    oldBytes: isFile(oldMode) ? (sizes.get(change.oldOid) ?? null) : null,
    newBytes: isFile(newMode) ? (sizes.get(change.newOid) ?? null) : null,
    ...(ignoreWhitespace && change.oldOid !== change.newOid && { whitespace: "ignored" as const }),
  };
  const without = (view: Exclude<ChangeDiff["view"], "text">): ChangeDiff => ({ ...frame, view, patch: "", hunks: [] });
  if (change.oldOid === change.newOid) return without(oldMode === newMode ? "empty" : "mode");
  const patches: string[] = [];
  const hunks: Hunk[] = [];
  for (const { change: part, pair } of plan.parts) {
    const body = pair === null ? { text: toSubmoduleBody(part) } : bodyOf(pair);
    if (typeof body === "string") return without(body);
    const { text } = body;
    if (text.length > DIFF_LIMITS.patchBytes || countLines(text) > DIFF_LIMITS.patchLines) return without("too_large");
    patches.push(toPatchHeader(part, text !== ""), text);
    for (const hunk of readHunks(text)) hunks.push(hunk);
  }
  // An empty file was added or deleted, or only white space changed.
  if (hunks.length === 0) return without("empty");
  return { ...frame, view: "text", patch: patches.join(""), hunks: hunks.map((hunk) => toDiffHunk(hunk, blame, agent)) };
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

function toSubmoduleBody({ oldMode, newMode, oldOid, newOid }: TreeEntryChange): string {
  const removed = oldMode === SUBMODULE ? [`-Subproject commit ${oldOid}`] : [];
  const added = newMode === SUBMODULE ? [`+Subproject commit ${newOid}`] : [];
  const range = (lines: readonly string[]) => (lines.length === 0 ? "0,0" : "1");
  return `${[`@@ -${range(removed)} +${range(added)} @@`, ...removed, ...added].join("\n")}\n`;
}

function toDiffHunk(hunk: Hunk, blame: FileBlame | null, agent: AgentId | null): ChangeDiff["hunks"][number] {
  const { oldStart, oldLines, newStart, newLines } = hunk;
  const agents = blame === null ? [agent] : agentsOf(hunk, blame, agent);
  return { oldStart, oldLines, newStart, newLines, agent: agents[0]!, agents };
}

/** Lists everyone who added or deleted a line of the hunk, last first. */
function agentsOf({ added, deleted }: Hunk, blame: FileBlame, otherwise: AgentId | null): [AgentId | null, ...(AgentId | null)[]] {
  const steps = new Set<ChainStep>();
  for (const line of added) addStep(steps, blame.lines[line - 1]);
  for (const line of deleted) addStep(steps, blame.removed[line - 1]);
  const inOrder = [...steps].toSorted((a, b) => b.place - a.place);
  const [last = otherwise, ...earlier] = new Set(inOrder.map(({ by }) => (by === "base" ? otherwise : by.agent)));
  return [last, ...earlier];
}

function addStep(steps: Set<ChainStep>, by: ChainStep | "base" | null | undefined): void {
  if (by && by !== "base") steps.add(by);
}
