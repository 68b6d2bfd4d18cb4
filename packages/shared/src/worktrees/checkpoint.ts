/** The whole worktree at one moment. */
export interface Checkpoint {
  commit: string;
  tree: string;
  /**
   * Files missing from the checkpoint, at most a hundred names: larger than 50 MB, beyond 5,000 untracked files, unreadable, or constantly
   * being written.
   */
  leftOut: string[];
}
