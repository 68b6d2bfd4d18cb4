/** Where two versions of a file differ, numbered as in unified patches: an empty side names the line before it. */
export interface LineHunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
}

/** How a version differs from another one. `replacedBy`: its number of lines, if no line is known to have stayed. */
export type LineChange = readonly LineHunk[] | { replacedBy: number };

/** An earlier version of a file, by its index, and the hunks that lead from it to this one. */
export interface Likeness {
  version: number;
  hunks: readonly LineHunk[];
}

/** One version of a file, made by one step. Versions are listed in the order in which they were made. */
export interface TracedVersion<By> {
  /**
   * Its author. `start`: it was there before all steps. Null: nobody wrote anything, because BooCode took content back or brought it back;
   * lines that return keep their authors.
   */
  by: By | "start" | null;
  /** The index of the version that it was made from; null if there was no file. */
  from: number | null;
  /** The difference from that version, or from an empty file. */
  change: LineChange;
  /** Only for a version that is nobody's: earlier versions that may hold the lines it brings back, the best known first. */
  like: readonly Likeness[];
  /** True if its content is the base's: all its lines are the base's, whoever wrote them. Only the first of them needs a change, and none if it was there before all steps. */
  isBase: boolean;
}

/** The base's content, and what became of it. */
export interface TracedBase<By> {
  lines: number;
  /** If no version has the base's content: the versions that hold its lines, the latest first. */
  like: readonly Likeness[];
  /** The version that holds what is left of the base; null if nothing is. */
  at: number | null;
  /** Who removed the lines that are in that version: null if they count as present. */
  leftBy: By | null;
  /** The last version whose author may have removed a line of the base. */
  end: number;
}

export interface TraceInput<By> {
  versions: readonly TracedVersion<By>[];
  /** The version whose lines are asked for; null if the file is gone. */
  now: number | null;
  /** Null if the base has no such file. */
  base: TracedBase<By> | null;
}

export interface TracedLines<By> {
  /** The author of each line of the version `now`: `start` if it was there before all steps, `base` if the base has it, null if unknown. */
  lines: (By | "start" | "base" | null)[];
  /** Who removed each line of the base; null if it still exists or its remover is unknown. */
  removed: (By | null)[];
}

interface Line<By> {
  by: By | "start" | "base" | null;
  removals: { version: number; by: By }[];
}

/** Traces every line of a file through its versions. Never fails: a hunk that reaches beyond the file is cut at its end. */
export function traceLines<By>({ versions, now, base }: TraceInput<By>): TracedLines<By> {
  let baseLines: Line<By>[] | null = null;
  const held = new Map<number, Line<By>[]>();
  const lastUses = findLastUses(versions, now, base);
  for (const [place, version] of versions.entries()) {
    // All versions that equal the base have the same lines: who removed one of them is known whatever brings it back.
    if (version.isBase) baseLines ??= toBaseLines(applyStep(held, place, version), base?.lines ?? 0);
    held.set(place, version.isBase ? baseLines! : applyStep(held, place, version));
    // Only the versions that are still needed are kept: a long session has many.
    for (const old of [place, ...toEarlier(version)]) if ((lastUses.get(old) ?? -1) <= place) held.delete(old);
  }
  const nowLines = now === null ? [] : held.get(now)!;
  if (base === null) return { lines: nowLines.map(({ by }) => by), removed: [] };
  const left = base.at === null ? [] : held.get(base.at)!;
  const { origins, kept } = baseLines ? findHeld(baseLines, left) : findOrigins(held, base);
  const inBase = new Set<Line<By> | undefined>(baseLines ?? (now === base.at ? kept : []));
  return {
    lines: nowLines.map((line) => (inBase.has(line) ? "base" : line.by)),
    removed: origins.map((line, place) => (kept[place] ? base.leftBy : findRemover(line, base.end))),
  };
}

const toLine = <By>(by: Line<By>["by"]): Line<By> => ({ by, removals: [] });
const toBaseLines = <By>(lines: Line<By>[], count: number) =>
  lines.length === count ? lines : Array.from({ length: count }, () => toLine<By>("base"));
const toEarlier = <By>({ from, like }: TracedVersion<By>) => [...(from === null ? [] : [from]), ...like.map(({ version }) => version)];

function findRemover<By>({ removals }: Line<By>, end: number): By | null {
  return removals.findLast(({ version }) => version <= end)?.by ?? null;
}

function findLastUses<By>(versions: readonly TracedVersion<By>[], now: number | null, base: TracedBase<By> | null): Map<number, number> {
  const uses = new Map(versions.flatMap((version, place) => toEarlier(version).map((earlier) => [earlier, place] as const)));
  for (const asked of [now, base?.at ?? null, ...(base?.like ?? []).map(({ version }) => version)]) {
    if (asked !== null) uses.set(asked, Infinity);
  }
  return uses;
}

function applyStep<By>(held: ReadonlyMap<number, Line<By>[]>, place: number, { by, from, change, like }: TracedVersion<By>): Line<By>[] {
  const before = from === null ? [] : held.get(from)!;
  const next: (Line<By> | undefined)[] = [];
  let at = 0;
  for (const hunk of toHunks(change, before.length)) {
    const begin = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    while (at < begin && at < before.length) next.push(before[at++]);
    const end = Math.min(before.length, at + hunk.oldLines);
    for (; at < end; at++) if (by !== null && by !== "start") before[at]!.removals.push({ version: place, by });
    for (let count = 0; count < hunk.newLines; count++) next.push(by === null ? undefined : toLine(by));
  }
  while (at < before.length) next.push(before[at++]);
  return by === null ? recall(held, next, like) : (next as Line<By>[]);
}

function toHunks(change: LineChange, lines: number): readonly LineHunk[] {
  if ("replacedBy" in change) return [{ oldStart: 1, oldLines: lines, newStart: 1, newLines: change.replacedBy }];
  return change;
}

/** The lines of the base, and those of them that are left: undefined in the place of each other one. */
interface BaseLines<By> {
  origins: readonly Line<By>[];
  kept: readonly (Line<By> | undefined)[];
}

function findHeld<By>(baseLines: readonly Line<By>[], left: readonly Line<By>[]): BaseLines<By> {
  const alive = new Set(left);
  return { origins: baseLines, kept: baseLines.map((line) => (alive.has(line) ? line : undefined)) };
}

/** Finds each line of a base that no version equals: first in the version that holds what is left of it, then in the others. */
function findOrigins<By>(held: ReadonlyMap<number, Line<By>[]>, { lines, like, at }: TracedBase<By>): BaseLines<By> {
  const first = like.find(({ version }) => version === at);
  const kept = first ? align(held.get(first.version)!, first.hunks, lines) : Array.from({ length: lines }, () => undefined);
  return { origins: recall(held, kept, like), kept };
}

/**
 * Completes a version's unknown lines from earlier versions. Each run of unknown lines comes from the version that has most of it, because
 * a single line, such as a bracket, looks like many others. A line that no version has is nobody's.
 */
function recall<By>(
  held: ReadonlyMap<number, Line<By>[]>,
  lines: readonly (Line<By> | undefined)[],
  like: readonly Likeness[],
): Line<By>[] {
  const found = like.map(({ version, hunks }) => align(held.get(version)!, hunks, lines.length));
  const whole = [...lines];
  for (let begin = 0; begin < whole.length; begin++) {
    if (whole[begin] !== undefined) continue;
    let end = begin;
    while (end < whole.length && lines[end] === undefined) end++;
    const counts = found.map((each) => each.slice(begin, end).filter((line) => line !== undefined).length);
    const inOrder = found.map((each, place) => ({ each, count: counts[place]! })).toSorted((a, b) => b.count - a.count);
    for (let place = begin; place < end; place++) {
      whole[place] = inOrder.map(({ each }) => each[place]).find((line) => line !== undefined) ?? toLine<By>(null);
    }
    begin = end;
  }
  return whole as Line<By>[];
}

/** Returns the lines of an older version at the places that they have in a newer one. */
function align<T>(older: readonly T[], hunks: readonly LineHunk[], count: number): (T | undefined)[] {
  const newer: (T | undefined)[] = Array.from({ length: count }, () => undefined);
  let from = 0;
  let to = 0;
  const copyUntil = (end: number) => {
    while (from < end && from < older.length && to < count) newer[to++] = older[from++];
  };
  for (const { oldStart, oldLines, newLines } of hunks) {
    copyUntil(oldLines === 0 ? oldStart : oldStart - 1);
    from += oldLines;
    to += newLines;
  }
  copyUntil(Infinity);
  return newer;
}
