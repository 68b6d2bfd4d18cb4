const CONTEXT = 3;
/** The limit on the table that finds common lines. Above it, the whole changed range is shown as replaced. */
const MAX_CELLS = 1_000_000;

interface LineChange {
  kind: " " | "-" | "+";
  line: string;
}

/** Makes a unified patch from one text to another, without dates in the file header. Empty if nothing changed. */
export function makePatch(path: string, before: string | null, after: string): string {
  const old = toLines(before ?? "");
  const now = toLines(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const changed = compare(old.slice(start, old.length - end), now.slice(start, now.length - end));
  if (changed.length === 0) return "";
  const same = (line: string): LineChange => ({ kind: " ", line });
  const changes = [
    ...old.slice(Math.max(0, start - CONTEXT), start).map(same),
    ...changed,
    ...old.slice(old.length - end, old.length - end + CONTEXT).map(same),
  ];
  const first = Math.max(0, start - CONTEXT);
  return `--- ${before === null ? "/dev/null" : `a/${path}`}\n+++ b/${path}\n${toHunks(changes, first)}`;
}

/** Counts the changed lines of a patch made by {@link makePatch}. */
export function countPatch(patch: string): { additions: number; deletions: number } {
  const lines = patch.split("\n").slice(2);
  return { additions: lines.filter((line) => line.startsWith("+")).length, deletions: lines.filter((line) => line.startsWith("-")).length };
}

/** Splits a text into lines with their newlines, so that a missing last newline is a difference. */
const toLines = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function compare(old: readonly string[], now: readonly string[]): LineChange[] {
  if (old.length * now.length > MAX_CELLS)
    return [...old.map((line) => ({ kind: "-" as const, line })), ...now.map((line) => ({ kind: "+" as const, line }))];
  const width = now.length + 1;
  // The length of the longest common subsequence from each pair of positions to the ends.
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        old[i] === now[j] ? common[(i + 1) * width + j + 1]! + 1 : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const changes: LineChange[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      changes.push({ kind: " ", line: old[i]! });
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      changes.push({ kind: "-", line: old[i]! });
      i += 1;
    } else {
      changes.push({ kind: "+", line: now[j]! });
      j += 1;
    }
  }
  return changes;
}

/** Splits changes into hunks at gaps of more than twice the context. */
function toHunks(changes: readonly LineChange[], firstLine: number): string {
  const touched = changes.flatMap((change, index) => (change.kind === " " ? [] : [index]));
  const hunks: { from: number; to: number }[] = [];
  for (const index of touched) {
    const last = hunks.at(-1);
    if (last && index - last.to <= 2 * CONTEXT) last.to = index;
    else hunks.push({ from: index, to: index });
  }
  return hunks
    .map(({ from, to }) => {
      const begin = Math.max(0, from - CONTEXT);
      const lines = changes.slice(begin, to + 1 + CONTEXT);
      const before = changes.slice(0, begin);
      const oldLines = lines.filter((change) => change.kind !== "+").length;
      const newLines = lines.filter((change) => change.kind !== "-").length;
      const oldStart = firstLine + before.filter((change) => change.kind !== "+").length;
      const newStart = firstLine + before.filter((change) => change.kind !== "-").length;
      const body = lines
        .map(({ kind, line }) => `${kind}${line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`}`)
        .join("");
      return `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n${body}`;
    })
    .join("");
}

const range = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`;
