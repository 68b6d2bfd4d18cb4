import { traceLines, type LineHunk, type TracedLines, type TraceStep } from "@boocode/shared/changes/trace-lines";
import { SUBMODULE } from "../compare/compare-contents.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import { followBack, followOn, type FileContent, type FileVersion, type FollowedFile } from "./follow-file.ts";
import type { ChainStep } from "./read-chain.ts";

/** The origin of each line: the checkpoint that added it, or "base" if it is older than the changes. */
export interface FileBlame {
  lines: (ChainStep | "base")[];
  removed: (ChainStep | null)[];
}

/** The versions of a changed file, as far as its lines come from them. */
export interface BlamePlan {
  /** From the base, or the file's creation, to its current content; null for a deleted file. */
  written: (FollowedFile & { isFromBase: boolean }) | null;
  /** The fate of the base's lines; null for a new file. */
  removed: FollowedFile | null;
}

/** What git knows of contents, which a trace needs. */
export interface ContentFacts {
  /** Where two contents differ; `whole` if no line of one is known to be in the other. */
  hunksOf(from: string, to: string): readonly LineHunk[] | "whole";
  linesOf(oid: string): number;
}

/** What a trace asks git: pairs to be compared, and contents whose lines are counted. */
export interface BlameQuestions {
  pairs: { from: string; to: string }[];
  counted: string[];
}

/** Finds the versions that the lines of a change come from. */
export function planBlame(chain: readonly ChainStep[], change: TreeEntryChange): BlamePlan {
  const { path, previousPath, oldMode, oldOid, newMode, newOid } = change;
  const base = oldMode === null ? null : { path: previousPath ?? path, mode: oldMode, oid: oldOid };
  const written = newMode === null ? null : followBack(chain, { path, mode: newMode, oid: newOid }, base);
  if (base === null) return { written, removed: null };
  return { written, removed: written?.isFromBase ? written : followOn(chain, base, newMode === null ? null : path) };
}

/** Lists what has to be known about a plan's contents before it is traced. */
export function toQuestions({ written, removed }: BlamePlan): BlameQuestions {
  const files = [written, removed === written ? null : removed].filter((file) => file !== null);
  const steps = files.flatMap(({ versions }) => versions.map(toVersionStep));
  return {
    pairs: steps.flatMap((step) => (step.kind === "compared" ? [step] : [])),
    counted: [...files.map(({ start }) => start), ...steps.map((step) => (step.kind === "whole" ? step.to : null))].flatMap((content) =>
      content === null || content.mode === SUBMODULE ? [] : [content.oid],
    ),
  };
}

/** Traces every line of a plan. */
export function traceBlame({ written, removed }: BlamePlan, facts: ContentFacts): FileBlame {
  const come = written && trace(written, facts);
  const lines = come?.lines.map((by) => (by === "start" ? bringerOf(written!) : by)) ?? [];
  if (removed === null) return { lines, removed: [] };
  const gone = removed === written ? come! : trace(removed, facts);
  return { lines, removed: gone.removed.map((by) => (by === "base" ? null : by)) };
}

function trace({ start, versions }: FollowedFile, facts: ContentFacts): TracedLines<ChainStep | "base"> {
  const count = (content: FileContent | null) => (content === null ? 0 : content.mode === SUBMODULE ? 1 : facts.linesOf(content.oid));
  const steps = versions.map((version): TraceStep<ChainStep | "base"> => {
    const by = version.step.by === "base" ? "base" : version.step;
    const step = toVersionStep(version);
    if (step.kind === "same") return { by, hunks: [] };
    const hunks = step.kind === "compared" ? facts.hunksOf(step.from, step.to) : "whole";
    return hunks === "whole" ? { by, replacedBy: count(version.to) } : { by, hunks };
  });
  return traceLines(count(start), steps);
}

type VersionStep = { kind: "same" } | { kind: "whole"; to: FileContent | null } | { kind: "compared"; from: string; to: string };

function toVersionStep({ from, to }: FileVersion): VersionStep {
  if (to !== null && from?.oid === to.oid) return { kind: "same" };
  if (from === null || to === null || from.mode === SUBMODULE || to.mode === SUBMODULE) return { kind: "whole", to };
  return { kind: "compared", from: from.oid, to: to.oid };
}

/**
 * Returns the step that brought a file's lines. A file whose old name is a change of its own counts as new: the step that renamed it
 * brought its lines.
 */
function bringerOf({ isFromBase, versions }: FollowedFile & { isFromBase: boolean }): ChainStep | "base" {
  const step = isFromBase ? undefined : versions.find(({ isRename }) => isRename)?.step;
  return step === undefined || step.by === "base" ? "base" : step;
}
