import type { Flag, Json } from "./column-types.ts";

/** Deleted with its session. */
export interface PendingChangeTable {
  id: string;
  session_id: string;
  path: string;
  previous_path: string | null;
  operation: string;
  location: string;
  /** Null: the person. */
  agent: string | null;
  agents: Json;
  chat_ids: Json;
  task_ids: Json;
  additions: number;
  deletions: number;
  binary: Flag;
  evidence: string;
  state: string;
  stale: Flag;
}

/** Deleted with its session. */
export interface EditTable {
  id: string;
  session_id: string;
  project_id: string;
  worktree_id: string;
  kind: string;
  state: string;
  files: Json;
  base: Json;
  base_before: string | null;
  base_after: string | null;
  index_moves: Json;
  staged: Json;
  /** The first paths, as text; `path_count` counts all. */
  shown_paths: Json;
  path_count: number;
  undoes: string | null;
  task_id: string | null;
  reason: string | null;
  created_at: number;
  ended_at: number | null;
}

/** Primary key `(edit_id, change_id)`. Deleted with its edit. */
export interface EditChangeTable {
  edit_id: string;
  change_id: string;
  /** The position in the person's list. */
  place: number;
  /** The pending change as it was. */
  row: Json;
  /** Null: the whole change. */
  hunks: Json | null;
}

/** Deleted with its session. A change's id names its content, so a changed file is not viewed any more. */
export interface ViewedChangeTable {
  session_id: string;
  change_id: string;
  viewed_at: number;
}

/** Deleted with its session, and when the prompt that contains it is accepted. */
export interface LineCommentTable {
  id: string;
  session_id: string;
  change_id: string;
  path: string;
  side: string;
  line: number;
  quote: string;
  text: string;
  created_at: number;
}

/** Primary key `(session_id, path)`. Deleted with its session. */
export interface StagedEditTable {
  session_id: string;
  path: string;
  base: Json | null;
  steps: Json;
  bytes: number;
  created_at: number;
  updated_at: number;
}
