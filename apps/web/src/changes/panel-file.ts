import type { PendingChange } from "@boocode/shared/changes/pending-change";
import type { TurnDiff } from "@boocode/shared/changes/turn-diff";
import type { OpenDiff, ShownChange } from "./change-rows.ts";

/** One file of the panel. */
export interface PanelFile extends ShownChange {
  /** Unique in the panel: one path may be changed in the worktree and staged as well. */
  key: string;
  /** The pending change behind the shown diff; null if the diff shown is not what is pending. */
  change: PendingChange | null;
  /** The diff, if it needs no request of its own. */
  diff: OpenDiff | null;
  /** Why nothing can be done with the file from here; null if it can. */
  note: string | null;
}

/** No path has two slashes in a row. */
const toKey = ({ path, location }: Pick<PendingChange, "path" | "location">) => (location === "staged" ? `${path}//staged` : path);

/** The pending changes as files of the panel. */
export function toPendingFiles(changes: readonly PendingChange[]): PanelFile[] {
  return changes.map((change) => Object.assign({ key: toKey(change), change, diff: null, note: null }, change));
}

/**
 * The files of one turn. A file that only this turn changed since the base is shown as it is pending; any other as the turn changed it,
 * because what is pending there is something else. A path that it wrote and staged is two files.
 */
export function toTurnFiles(turn: TurnDiff, changes: readonly PendingChange[]): PanelFile[] {
  const pending = new Map(changes.map((change) => [toKey(change), change]));
  const files = turn.files.map(({ diff, ...file }): PanelFile => {
    const change = pending.get(toKey(file));
    if (change?.taskIds.length === 1 && change.taskIds[0] === turn.taskId && change.agents.length === 1)
      return { ...change, key: toKey(file), change, diff: null, note: null };
    return {
      ...file,
      key: toKey(file),
      agents: [turn.agent],
      change: null,
      diff: diff ? { kind: "ready", diff } : TOO_MUCH,
      note: change ? SHARED : JUDGED,
    };
  });
  return files.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

const TOO_MUCH: OpenDiff = { kind: "failed", words: "Not shown: this turn changed too much to show here." };
const SHARED = "Others changed this file too. This is what the turn changed; everything pending is in “All changes”.";
const JUDGED = "Nothing of this is pending any more: it was applied, rejected or changed again. This is what the turn changed.";
