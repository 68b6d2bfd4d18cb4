import type { SessionId } from "@boocode/shared/ids";
import { useState, type RefObject } from "react";
import { useIsOffline } from "../../api/connection.ts";
import { useMouseOver, type MouseOver } from "../../ui/browser/use-mouse-over.ts";
import type { OpenDiff } from "../change-rows.ts";
import type { DiffHandle } from "../list/list-handle.ts";
import type { PanelFile } from "../panel-file.ts";
import { explainDisabled, type Verb } from "./explain-disabled.ts";
import { chooseNext, NOTHING_JUDGED, type Judged } from "./judged.ts";
import type { PanelActions } from "./panel-actions.tsx";
import { useJudging, type Judging, type Target } from "./use-judging.ts";

interface PanelActionsInput {
  sessionId: SessionId;
  running: string | null;
  /** The files shown. */
  files: readonly PanelFile[];
  diffs: ReadonlyMap<string, OpenDiff>;
  diff: RefObject<DiffHandle | null>;
  /** Goes on to another file with the keys. */
  onNext(path: string): void;
}

interface UsedPanelActions {
  actions: PanelActions;
  /** Why not all of these files can be judged now; null if they can. */
  whyAll(verb: Verb, files: readonly PanelFile[]): string | null;
  /** Judges all of these files. */
  judgeAll(verb: Verb, files: readonly PanelFile[]): void;
  judging: Judging;
  /** What was judged and keeps its place while the pointer is over the list. */
  judged: Judged;
  /** For the element around the list and the diff. */
  onPointerOver: MouseOver["onPointerOver"];
}

/** What the rows of a panel do, and what happens around it: the next file, and places kept under the pointer. */
export function usePanelActionsOf({ sessionId, running, files, diffs, diff, onNext }: PanelActionsInput): UsedPanelActions {
  const judging = useJudging(sessionId);
  const isOffline = useIsOffline();
  const [judged, setJudged] = useState<Judged>(NOTHING_JUDGED);
  const mouse = useMouseOver(() => setJudged(NOTHING_JUDGED));

  const judge = async (verb: Verb, targets: readonly Target[], by: "key" | "pointer"): Promise<void> => {
    const paths = new Set(targets.map(({ file }) => file.key));
    const next = chooseNext(files, paths);
    const places = targets.map(({ file, hunks }) => keepPlace(verb, file, hunks, diffs.get(file.key), diff.current));
    const isWhole = targets.every(({ file, hunks }) => hunks === null || countHunks(diffs.get(file.key)) <= hunks.length);
    // With the keys one goes on at once; the pointer stays where it is, and what is below it too.
    if (by === "key" && isWhole && next !== null) onNext(next);
    // Before the answer, because the list may be read again before it: a file that is still pending is shown as such anyway.
    if (mouse.isOver()) setJudged((before) => join(before, places));
    if (!(await judging.judge(verb, targets))) setJudged((before) => without(before, places));
  };
  const obstacles = { running, isOffline };
  const actions: PanelActions = {
    why: (verb, file) => explainDisabled(verb, obstacles, isStaged(file)),
    whyHunk: (verb, path) =>
      explainDisabled(
        verb,
        obstacles,
        files.some((file) => file.key === path && isStaged(file)),
      ),
    busy: judging.busy,
    onFile: (verb, file, by) => void judge(verb, [{ file, hunks: null }], by),
    onHunk: (verb, path, hunk, by) => {
      const file = files.find((each) => each.key === path);
      if (file && isCurrent(file, diffs)) void judge(verb, [{ file, hunks: [hunk] }], by);
    },
    hasHunks: (path) => {
      const file = files.find((each) => each.key === path);
      return file !== undefined && isCurrent(file, diffs);
    },
  };
  return {
    actions,
    // The worktree is touched if one staged file is applied, or one that is not staged is rejected.
    whyAll: (verb, all) => explainDisabled(verb, obstacles, verb === "apply" ? all.some(isStaged) : all.every(isStaged)),
    judgeAll: (verb, all) =>
      void judge(
        verb,
        all.map((file) => ({ file, hunks: null })),
        "pointer",
      ),
    judging,
    judged,
    onPointerOver: mouse.onPointerOver,
  };
}

const isStaged = ({ change }: PanelFile) => change?.location === "staged";
const countHunks = (diff: OpenDiff | undefined) => (diff?.kind === "ready" ? diff.diff.hunks.length : 0);

/** Whether the diff shown is that of the pending change, exactly, so that its hunks have the numbers that the daemon knows. */
function isCurrent(file: PanelFile, diffs: ReadonlyMap<string, OpenDiff>): boolean {
  const shown = diffs.get(file.key);
  return file.change !== null && shown?.kind === "ready" && shown.diff.changeId === file.change.id && shown.diff.whitespace === undefined;
}

/** The place of what is judged now, before its rows are gone. */
function keepPlace(
  verb: Verb,
  file: PanelFile,
  hunks: readonly number[] | null,
  shown: OpenDiff | undefined,
  diff: DiffHandle | null,
): Judged {
  const path = file.key;
  const whole = { files: [{ file, verb, height: (shown && diff?.measure(path, null)) ?? 0 }], hunks: [] };
  if (hunks === null || shown?.kind !== "ready") return whole;
  const places = hunks.map((hunk) => {
    const { newStart, oldStart } = shown.diff.hunks[hunk]!;
    const line = verb === "apply" ? newStart : oldStart;
    return { path, changeId: shown.diff.changeId, verb, line, height: diff?.measure(path, hunk) ?? 0 };
  });
  // Only one of the two is shown: the file's if it is no longer pending.
  return { files: whole.files, hunks: places };
}

function join(before: Judged, places: readonly Judged[]): Judged {
  const files = places.flatMap((place) => place.files);
  const paths = new Set(files.map(({ file }) => file.key));
  return {
    files: [...before.files.filter(({ file }) => !paths.has(file.key)), ...files],
    hunks: [...before.hunks, ...places.flatMap(({ hunks }) => hunks)],
  };
}

function without(before: Judged, places: readonly Judged[]): Judged {
  const files = new Set(places.flatMap((place) => place.files));
  const hunks = new Set(places.flatMap((place) => place.hunks));
  return { files: before.files.filter((file) => !files.has(file)), hunks: before.hunks.filter((hunk) => !hunks.has(hunk)) };
}
