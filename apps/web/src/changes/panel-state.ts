import type { SessionId, TaskId } from "@boocode/shared/ids";
import { useSyncExternalStore } from "react";
import type { FileFilter } from "./filter/filter-files.ts";

/** What a person has chosen in the panel of a session or of a turn: the same in the rail and in the tab. */
export interface PanelState {
  filter: FileFilter;
  /** The key of the file that the keys act on. */
  active: string | null;
  /** The keys of the files whose diffs are unfolded in the list. */
  open: ReadonlySet<string>;
  /** The folded folders that are open. */
  openFolders: ReadonlySet<string>;
}

export const NO_FILTER: FileFilter = { text: "", authors: [] };
const INITIAL: PanelState = { filter: NO_FILTER, active: null, open: new Set(), openFolders: new Set() };

const states = new Map<string, PanelState>();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Makes a file the one that is shown, by its key: its path, for what is in the worktree. */
export function showInPanel(sessionId: SessionId, taskId: TaskId | null, fileKey: string): void {
  const key = `${sessionId} ${taskId ?? ""}`;
  const state = states.get(key) ?? INITIAL;
  states.set(key, { ...state, active: fileKey, open: new Set([...state.open, fileKey]) });
  for (const listener of listeners) listener();
}

/** The state of a panel, kept as long as the page, and a function that changes part of it. */
export function usePanelState(sessionId: SessionId, taskId: TaskId | null): [PanelState, (change: Partial<PanelState>) => void] {
  const key = `${sessionId} ${taskId ?? ""}`;
  const read = () => states.get(key) ?? INITIAL;
  const state = useSyncExternalStore(subscribe, read);
  return [
    state,
    (change) => {
      states.set(key, { ...read(), ...change });
      for (const listener of listeners) listener();
    },
  ];
}
