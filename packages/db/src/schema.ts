/** 0 or 1, because not every dialect has booleans. */
export type Flag = 0 | 1;
/** JSON as text. One store reads and writes it whole; the database never searches it. */
export type Json = string;

export interface ProjectTable {
  id: string;
  host_id: string;
  name: string;
  path: string;
  default_branch: string | null;
  is_demo: Flag;
  created_at: number;
}

export interface SessionTable {
  id: string;
  project_id: string;
  title: string;
  base_ref: string | null;
  archived: Flag;
  /** The newest seq assigned. Only `appendChatEvents` changes it, in the transaction that stores the events. */
  last_seq: number;
  created_at: number;
  last_activity_at: number;
  deleted_at: number | null;
}

/** Deleted with its session. */
export interface ChatTable {
  id: string;
  session_id: string;
  title: string;
  agent: string;
  model: string;
  mode: string;
  closed_at: number | null;
  created_at: number;
  last_activity_at: number;
}

/** Deleted with its chat and its session. Queued rows are the queue. */
export interface TaskTable {
  id: string;
  /** Unique, so that a prompt sent twice is found instead of run twice. */
  prompt_id: string;
  session_id: string;
  chat_id: string;
  agent: string;
  model: string;
  mode: string;
  kind: string;
  text: string;
  state: string;
  cause: string | null;
  evidence: Json | null;
  usage: Json | null;
  accepted_seq: number;
  stop_requested_at: number | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
}

/** The journal. Primary key `(session_id, seq)`. Deleted with its session. */
export interface ChatEventTable {
  session_id: string;
  seq: number;
  chat_id: string | null;
  task_id: string | null;
  /** The transcript item it belongs to; see `toItemKey`. */
  item_key: string | null;
  /** The place of its item. Set only on the row that begins the item. */
  item_seq: number | null;
  type: string;
  at: number;
  payload: Json;
}

/** Primary key `(chat_id, agent)`. Deleted with its chat. */
export interface AgentSessionTable {
  chat_id: string;
  agent: string;
  session_id: string | null;
  worktree_id: string | null;
  backend: string;
  agent_session_id: string | null;
  config_hash: string;
  status: string;
  continuity: string;
  generation: number;
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  cost: number;
  context_used: number | null;
  context_size: number | null;
  created_at: number;
  last_used_at: number;
}

/** Outlives its session, as the directory on disk does. At most one per session is not removed. */
export interface WorktreeTable {
  id: string;
  session_id: string | null;
  project_id: string;
  host_id: string;
  path: string;
  branch: string;
  base_commit: string;
  base_tree: string;
  last_checkpoint: string | null;
  device: string;
  inode: string;
  state: string;
  head: string | null;
  set_up_at: number | null;
  created_at: number;
}

/** Primary key `(project_id, path, sha256)`. Deleted with its project. */
export interface TrustDecisionTable {
  project_id: string;
  path: string;
  sha256: string;
  decision: string;
  decided_at: number;
}

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

/** Deleted with its session. Open while `resolved_at` is null. */
export interface PermissionTable {
  id: string;
  session_id: string;
  chat_id: string;
  task_id: string;
  agent: string;
  call_id: string | null;
  title: string;
  tool_kind: string;
  paths: Json;
  argv: Json | null;
  cwd: string | null;
  options: Json;
  option_id: string | null;
  resolved_by: string | null;
  requested_at: number;
  resolved_at: number | null;
}

/** Deleted with its worktree and its session. Exactly one of `argv_prefix` and `path` is set. */
export interface PermissionRuleTable {
  id: string;
  worktree_id: string;
  session_id: string;
  tool_kind: string;
  argv_prefix: Json | null;
  path: string | null;
  created_at: number;
}

/** One row per setting that differs from its default. */
export interface SettingTable {
  key: string;
  value: Json;
}

export interface AccessTokenTable {
  id: string;
  name: string;
  /** Never the secret itself. */
  secret_hash: string;
  /** The hash of the daemon's token under which it is valid; null for a token of an earlier version, until the next start. */
  daemon_token_hash: string | null;
  created_at: number;
  last_used_at: number;
  revoked_at: number | null;
}

/** All tables. Row types are private to the stores: this package returns records of `shared`. */
export interface Schema {
  projects: ProjectTable;
  sessions: SessionTable;
  chats: ChatTable;
  tasks: TaskTable;
  chat_events: ChatEventTable;
  agent_sessions: AgentSessionTable;
  worktrees: WorktreeTable;
  trust_decisions: TrustDecisionTable;
  pending_changes: PendingChangeTable;
  edits: EditTable;
  edit_changes: EditChangeTable;
  viewed_changes: ViewedChangeTable;
  line_comments: LineCommentTable;
  staged_edits: StagedEditTable;
  permissions: PermissionTable;
  permission_rules: PermissionRuleTable;
  settings: SettingTable;
  access_tokens: AccessTokenTable;
}
