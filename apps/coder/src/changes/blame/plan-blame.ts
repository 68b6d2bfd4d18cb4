import {
  type Likeness,
  type LineChange,
  type LineHunk,
  type TracedBase,
  type TracedVersion,
  type TraceInput,
  type TracedLines,
} from "@boocode/shared/changes/trace-lines";
import { SUBMODULE } from "../compare/compare-contents.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import type { ChainIndex } from "./chain-index.ts";
import { followFile, type FileContent, type FileVersion, type FollowedFile } from "./follow-file.ts";
import type { ChainStep } from "./read-chain.ts";

/** The origin of each line: the checkpoint that added it, or "base" if it is older than the changes. */
export interface FileBlame {
  lines: (ChainStep | "base")[];
  removed: (ChainStep | null)[];
}

/** The versions of a changed file, as far as its lines come from them. */
export interface BlamePlan extends FollowedFile {
  /** The content of the base; null for a new file. */
  baseContent: FileContent | null;
  /** For each version that BooCode itself made: earlier versions in which the lines it brought back are looked for. */
  like: ReadonlyMap<FileVersion, readonly number[]>;
  /** The versions in which the lines of the base are looked for, if none of them equals it. */
  baseLike: readonly number[];
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

/** The number of earlier versions in which lines are looked for. */
const MAX_LIKE = 12;

/** Finds the versions that the lines of a change come from. */
export function planBlame(chain: ChainIndex, change: TreeEntryChange): BlamePlan {
  const { path, previousPath, oldMode, oldOid, newMode, newOid } = change;
  const base = oldMode === null ? null : { path: previousPath ?? path, mode: oldMode, oid: oldOid };
  const now = newMode === null ? null : { path, mode: newMode, oid: newOid };
  const followed = followFile(chain, now, base);
  const { versions } = followed;
  const broughtBack = versions.filter(
    (version) => version.step?.by === "base" && version.content !== null && !isSameBase(versions, version),
  );
  const like = new Map(
    broughtBack.map((version) => [version, findLike(versions, version.content!, { before: versions.indexOf(version) })]),
  );
  const isHeld = base === null || versions.some(({ isBase }) => isBase);
  const first = followed.base?.at ?? null;
  return { ...followed, baseContent: base, like, baseLike: isHeld ? [] : findLike(versions, base, { first }) };
}

/** Finds earlier versions that may hold a content's lines: one that equals it, else the latest ones. `first` is always among them. */
function findLike(
  versions: readonly FileVersion[],
  content: FileContent,
  { before = versions.length, first = null }: { before?: number; first?: number | null },
): number[] {
  const seen = new Set<string>();
  const earlier = Array.from({ length: before }, (_, place) => before - 1 - place);
  const places = [...(first === null ? [] : [first]), ...earlier].filter((place) => {
    const found = versions[place]!.content;
    return found !== null && found.mode !== SUBMODULE && seen.size < seen.add(found.oid).size;
  });
  const equal = places.find((place) => versions[place]!.content!.oid === content.oid);
  return equal === undefined ? places.slice(0, MAX_LIKE) : [equal];
}

/** Lists what has to be known about a plan's contents before it is traced. */
export function toQuestions({ versions, baseContent, like, baseLike }: BlamePlan): BlameQuestions {
  const steps = versions.map((version) => toVersionStep(versions, version));
  const alike = [...like].flatMap(([{ content }, places]) => toPairs(versions, places, content!));
  const base = baseContent === null ? [] : toPairs(versions, baseLike, baseContent);
  const replaced = steps.map((step) => (step.kind === "whole" ? step.to : null));
  return {
    pairs: [...steps.flatMap((step) => (step.kind === "compared" ? [step] : [])), ...alike, ...base],
    counted: [baseContent, ...replaced].flatMap((content) => (content === null || content.mode === SUBMODULE ? [] : [content.oid])),
  };
}

function toPairs(versions: readonly FileVersion[], places: readonly number[], { oid: to }: FileContent): BlameQuestions["pairs"] {
  return places.map((place) => ({ from: versions[place]!.content!.oid, to })).filter(({ from }) => from !== to);
}

/** Traces lines whose authors are numbers. */
export type TraceNumbered = (input: TraceInput<number>) => TracedLines<number> | Promise<TracedLines<number>>;

/** Traces every line of a plan. The trace knows each author by the place of its version, so that another thread can do it. */
export async function traceBlame(plan: BlamePlan, facts: ContentFacts, trace: TraceNumbered): Promise<FileBlame> {
  const { versions, now, base, baseContent, like, baseLike } = plan;
  const count = (content: FileContent | null) => (content === null ? 0 : content.mode === SUBMODULE ? 1 : facts.linesOf(content.oid));
  const toLike = (places: readonly number[], { oid: to }: FileContent): Likeness[] =>
    places.flatMap((version) => {
      const from = versions[version]!.content!.oid;
      const hunks = from === to ? [] : facts.hunksOf(from, to);
      return hunks === "whole" ? [] : [{ version, hunks }];
    });
  const toChange = (version: FileVersion): LineChange => {
    const step = toVersionStep(versions, version);
    if (step.kind === "same") return [];
    const hunks = step.kind === "compared" ? facts.hunksOf(step.from, step.to) : "whole";
    return hunks === "whole" ? { replacedBy: count(version.content) } : hunks;
  };
  const traced = versions.map((version, place): TracedVersion<number> => {
    const { step, from, content, isBase } = version;
    const by = step === null ? "start" : step.by === "base" ? null : place;
    return { by, from, change: toChange(version), like: content ? toLike(like.get(version) ?? [], content) : [], isBase };
  });
  const stepOf = (place: number) => versions[place]!.step!;
  const placeOf = (by: ChainStep) => versions.findIndex(({ step }) => step === by);
  const tracedBase: TracedBase<number> | null =
    base === null || baseContent === null
      ? null
      : {
          ...base,
          leftBy: base.leftBy === null ? null : placeOf(base.leftBy),
          lines: count(baseContent),
          like: toLike(baseLike, baseContent),
        };
  const { lines, removed } = await trace({ versions: traced, now, base: tracedBase });
  const bringer = findBringer(plan);
  return {
    lines: lines.map((by) => (by === "start" ? bringer : by === null || by === "base" ? "base" : stepOf(by))),
    removed: removed.map((by) => (by === null ? null : stepOf(by))),
  };
}

type VersionStep = { kind: "same" } | { kind: "whole"; to: FileContent | null } | { kind: "compared"; from: string; to: string };

/** Whether a version has the base's content, as an earlier one had. Their lines are the same. */
function isSameBase(versions: readonly FileVersion[], version: FileVersion): boolean {
  return version.isBase && versions.find(({ isBase }) => isBase) !== version;
}

function toVersionStep(versions: readonly FileVersion[], version: FileVersion): VersionStep {
  const { from: place, content: to } = version;
  const from = place === null ? null : versions[place]!.content;
  if (isSameBase(versions, version) || (to !== null && from?.oid === to.oid)) return { kind: "same" };
  if (from === null || to === null || from.mode === SUBMODULE || to.mode === SUBMODULE) return { kind: "whole", to };
  return { kind: "compared", from: from.oid, to: to.oid };
}

/**
 * Returns the step that brought a file's oldest lines. A file whose old name is a change of its own counts as new: the step that renamed it
 * brought its lines.
 */
function findBringer({ versions, now, base }: FollowedFile): ChainStep | "base" {
  if (now === null || (base?.at === now && base.leftBy === null)) return "base";
  let bringer: ChainStep | "base" = "base";
  for (let place: number | null = now; place !== null; place = versions[place]!.from) {
    const { step, isRename } = versions[place]!;
    if (isRename && step !== null && step.by !== "base") bringer = step;
  }
  return bringer;
}
