import type { Json } from "./column-types.ts";

/** The first port of a worktree's block. Deleted with its worktree. */
export interface PortBlockTable {
  worktree_id: string;
  base: number;
}

/** Deleted with its session. */
export interface TerminalTable {
  id: string;
  session_id: string;
  title: string;
  cols: number;
  rows: number;
  created_at: number;
  /** Null while its program runs. */
  ended: Json | null;
}
