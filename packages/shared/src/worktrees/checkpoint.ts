/** The whole worktree as it was at one moment. */
export interface Checkpoint {
  commit: string;
  tree: string;
  /** What the checkpoint does not hold, at most a hundred names: files over 50 MB, beyond 5,000 untracked ones, unreadable ones, those that keep being written to. */
  leftOut: string[];
}
