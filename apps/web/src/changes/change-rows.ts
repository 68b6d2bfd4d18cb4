import type { ChangeBlame } from "@boocode/shared/changes/change-blame";
import type { ChangeDiff, PendingChange } from "@boocode/shared/changes/pending-change";
import { hasPlainView } from "./diff/has-plain-view.ts";
import { measureGutter, toSplitRows, toUnifiedRows, type DiffRow, type Gutter } from "./diff/diff-rows.ts";
import { toColours } from "./diff/text/to-colours.ts";
import { toLineMarks, type LineMark } from "./diff/line-marks.ts";
import { parsePatch } from "./diff/parse-patch.ts";

export type DiffLayout = "unified" | "split";

/** The loading state of an open change's diff. The authors of its lines may arrive later. */
export type OpenDiff =
  | { kind: "loading" }
  | { kind: "failed"; words: string }
  | { kind: "ready"; diff: ChangeDiff; blame?: ChangeBlame | undefined };

/** The fields of a change that its row shows. */
export type ShownChange = Pick<PendingChange, "path" | "previousPath" | "operation" | "additions" | "deletions" | "binary" | "agents">;

/** One row of the panel. Files and the lines of open files share one list, so that only visible rows are drawn. */
export type ChangeRow =
  | { kind: "file"; key: string; change: ShownChange; isOpen: boolean }
  | { kind: "line"; key: string; path: string; row: DiffRow; mark: LineMark | null; numbers: Gutter }
  | { kind: "note"; key: string; path: string; words: string; isLoading: boolean }
  | { kind: "plain"; key: string; path: string; diff: ChangeDiff }
  | { kind: "gap"; key: string; path: string };

/** The rows of the panel in order. */
export function toChangeRows(changes: readonly ShownChange[], open: ReadonlyMap<string, OpenDiff>, layout: DiffLayout): ChangeRow[] {
  const rows: ChangeRow[] = [];
  for (const change of changes) {
    const { path } = change;
    const diff = open.get(path);
    rows.push({ kind: "file", key: path, change, isOpen: diff !== undefined });
    if (!diff) continue;
    if (diff.kind === "ready") for (const row of bodyOf(diff.diff, diff.blame ?? null, layout)) rows.push(row);
    else
      rows.push({
        kind: "note",
        key: `${path} note`,
        path,
        words: diff.kind === "failed" ? diff.words : "Reading…",
        isLoading: diff.kind === "loading",
      });
    rows.push({ kind: "gap", key: `${path} gap`, path });
  }
  return rows;
}

interface Body {
  blame: ChangeBlame | null;
  rows: readonly ChangeRow[];
}

/** Parsed diffs, cached because parsing ten thousand lines is slow. */
const bodies = new WeakMap<ChangeDiff, Partial<Record<DiffLayout, Body>>>();

function bodyOf(diff: ChangeDiff, blame: ChangeBlame | null, layout: DiffLayout): readonly ChangeRow[] {
  const known = bodies.get(diff) ?? {};
  bodies.set(diff, known);
  if (known[layout]?.blame !== blame) known[layout] = { blame, rows: makeBody(diff, blame, layout) };
  return known[layout]!.rows;
}

function makeBody(diff: ChangeDiff, blame: ChangeBlame | null, layout: DiffLayout): readonly ChangeRow[] {
  const { path } = diff;
  // Only what is pending can be commented on and looked into, and only that has traced lines.
  const canShow = blame !== null;
  const notes = describeView(diff).map((words, at): ChangeRow => ({
    kind: "note",
    key: `${path} note ${at}`,
    path,
    words,
    isLoading: false,
  }));
  if (diff.view !== "text") return canShow && hasPlainView(diff) ? [...notes, { kind: "plain", key: `${path} plain`, path, diff }] : notes;
  const hunks = parsePatch(diff.patch).flatMap((file) => file.hunks);
  const owner = canShow ? { changeId: diff.changeId, path } : null;
  const numbers = measureGutter(hunks, { colours: toColours(diff, hunks), owner });
  // A new or deleted file has one side only.
  const rows = layout === "split" && numbers.hasOld && numbers.hasNew ? toSplitRows(hunks) : toUnifiedRows(hunks);
  const marks = toLineMarks(rows, diff.hunks, blame?.changeId === diff.changeId ? blame : null);
  return [...notes, ...rows.map((row, at): ChangeRow => ({ kind: "line", key: `${path} ${at}`, path, row, mark: marks[at]!, numbers }))];
}

/** The text shown above a diff's lines or instead of them. */
export function describeView(diff: ChangeDiff): string[] {
  if (diff.whitespace === undefined) return describeExact(diff);
  if (diff.view === "empty" && diff.oldBytes !== null && diff.newBytes !== null) return ["Only white space changed"];
  if (diff.view !== "text") return describeExact(diff);
  return [...describeExact(diff), "Changes of white space are not shown. Show them to apply or reject single hunks"];
}

function describeExact({ view, oldMode, newMode, oldBytes, newBytes }: ChangeDiff): string[] {
  if (view === "text" && (oldMode === REPOSITORY || newMode === REPOSITORY)) return [describeRepository(oldMode, newMode)];
  switch (view) {
    case "text":
      return oldMode !== null && newMode !== null && oldMode !== newMode ? [describeMode(oldMode, newMode)] : [];
    case "mode":
      return [describeMode(oldMode, newMode)];
    case "binary":
      return [`Binary file, ${describeSizes(oldBytes, newBytes)}`];
    case "too_large":
      return [`Too large to show here, ${describeSizes(oldBytes, newBytes)}`];
    case "empty":
      return [
        oldBytes === null ? "An empty file was added" : newBytes === null ? "An empty file was deleted" : "Moved without content changes",
      ];
  }
}

/** The git mode of a submodule or nested repository. */
const REPOSITORY = "160000";

function describeRepository(oldMode: string | null, newMode: string | null): string {
  if (oldMode === null) return "A separate repository. Its commit is tracked; its files are not";
  if (newMode === null) return "A separate repository was removed";
  if (newMode !== REPOSITORY) return "Was a separate repository, now a file";
  return oldMode === REPOSITORY ? "A separate repository, now at another commit" : "Became a separate repository";
}

function describeMode(oldMode: string | null, newMode: string | null): string {
  if (oldMode === "100644" && newMode === "100755") return "Made executable";
  if (oldMode === "100755" && newMode === "100644") return "No longer executable";
  if (newMode === "120000") return "Became a symbolic link";
  if (oldMode === "120000") return "Was a symbolic link, now a file";
  return `Mode ${oldMode ?? "none"} became ${newMode ?? "none"}`;
}

function describeSizes(oldBytes: number | null, newBytes: number | null): string {
  if (oldBytes === null) return `${formatBytes(newBytes ?? 0)} added`;
  if (newBytes === null) return `${formatBytes(oldBytes)} deleted`;
  return `${formatBytes(oldBytes)} before, ${formatBytes(newBytes)} now`;
}

/** "512 B", "1.2 kB", "34 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ["kB", "MB", "GB"];
  let value = bytes / 1_000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** The authors of the changes, most recent first; null is the person. */
function authorsOf(changes: readonly PendingChange[]): (string | null)[] {
  const authors = new Set<string | null>();
  for (const change of changes) for (const agent of change.agents) authors.add(agent);
  return [...authors];
}

/** "Changes from opencode, boocode". */
export function describeAuthors(changes: readonly PendingChange[]): string {
  const names = authorsOf(changes).map((author) => author ?? "you");
  return names.length === 0 ? "Changes" : `Changes from ${names.join(", ")}`;
}
