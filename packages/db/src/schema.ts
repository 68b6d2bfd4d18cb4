import type { AgentCommandsTable, AgentSessionTable, KeptWarmTable, LearnedAgentTable, TurnUsageTable } from "./agent-tables.ts";
import type {
  EditChangeTable,
  EditTable,
  LineCommentTable,
  PendingChangeTable,
  StagedEditTable,
  ViewedChangeTable,
} from "./change-tables.ts";
import type { Flag, Json } from "./column-types.ts";
import type { BlobTable, BlobUseTable } from "./blob-tables.ts";
import type { PortBlockTable, TerminalTable } from "./terminal-tables.ts";

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
  adopted_branch: string | null;
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
  attachments: Json;
  state: string;
  cause: string | null;
  evidence: Json | null;
  usage: Json | null;
  accepted_seq: number;
  /** Distinct within the session. */
  position: number;
  not_before: number | null;
  steers: string | null;
  continues: string | null;
  continues_left: number | null;
  ignores_budget: Flag;
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

/** Budgets of single sessions. Deleted with their session. */
export interface SessionBudgetTable {
  session_id: string;
  tokens: number | null;
  cost: number | null;
}

/** Where the tabs of a session stand. Deleted with its session. */
export interface LayoutTable {
  session_id: string;
  revision: number;
  layout: Json;
}

/** Outlives its session, as the directory on disk does. At most one per session is not removed. */
export interface WorktreeTable {
  id: string;
  session_id: string | null;
  project_id: string;
  host_id: string;
  path: string;
  branch: string;
  /** `worktree`, `branch`, or null: BooCode made both. */
  adopted: string | null;
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

/**
 * A deletion, from its intent to the purge. It keeps its session and project from being removed, so that a folder and refs always have an
 * owner. At most one per session and per worktree.
 */
export interface TrashTable {
  id: string;
  kind: string;
  session_id: string | null;
  project_id: string;
  worktree_id: string | null;
  title: string;
  branch: string | null;
  state: string;
  holds: string;
  is_forced: Flag;
  /** What the worktree was like; null before it was looked at, and where there is none. */
  worktree: Json | null;
  began_at: number;
  deleted_at: number | null;
  expires_at: number | null;
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
  blobs: BlobTable;
  blob_uses: BlobUseTable;
  chat_events: ChatEventTable;
  agent_sessions: AgentSessionTable;
  turn_usage: TurnUsageTable;
  session_budgets: SessionBudgetTable;
  layouts: LayoutTable;
  kept_warm: KeptWarmTable;
  learned_agents: LearnedAgentTable;
  agent_commands: AgentCommandsTable;
  worktrees: WorktreeTable;
  port_blocks: PortBlockTable;
  terminals: TerminalTable;
  trust_decisions: TrustDecisionTable;
  pending_changes: PendingChangeTable;
  edits: EditTable;
  edit_changes: EditChangeTable;
  viewed_changes: ViewedChangeTable;
  line_comments: LineCommentTable;
  staged_edits: StagedEditTable;
  permissions: PermissionTable;
  permission_rules: PermissionRuleTable;
  trash: TrashTable;
  settings: SettingTable;
  access_tokens: AccessTokenTable;
}
