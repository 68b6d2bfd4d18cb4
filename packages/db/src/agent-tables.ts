import type { Flag, Json } from "./column-types.ts";

/** Primary key `(chat_id, agent)`. Deleted with its chat. */
export interface AgentSessionTable {
  chat_id: string;
  agent: string;
  session_id: string | null;
  worktree_id: string | null;
  backend: string;
  agent_session_id: string | null;
  can_resume: Flag;
  seen_seq: number;
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

/** What each turn used, once per turn. Null: not reported. Outlives its session, so that deleting one gives no budget back. */
export interface TurnUsageTable {
  task_id: string;
  session_id: string;
  project_id: string;
  chat_id: string;
  agent: string;
  model: string;
  input_tokens: number | null;
  output_tokens: number | null;
  cached_tokens: number | null;
  cost: number | null;
  ended_at: number;
}

/** What a person keeps warm. Primary key `(chat_id, agent)`. Deleted with its chat. */
export interface KeptWarmTable {
  chat_id: string;
  agent: string;
  since: number;
}

/** What each agent said of itself. */
export interface LearnedAgentTable {
  agent: string;
  program_key: string;
  probed_version: string | null;
  version: string | null;
  modes: Json;
  models: Json;
  takes_images: Flag | null;
  learned_at: number;
}

/** The commands that agents have announced. Primary key `(agent, project_id)`; the latter is empty for a folder outside of all projects. */
export interface AgentCommandsTable {
  agent: string;
  project_id: string;
  program_key: string;
  commands: Json;
  announced_at: number;
}
