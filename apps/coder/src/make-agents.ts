import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import type { AgentId } from "@boocode/shared/ids";
import { AgentPool } from "./agents/agent-pool.ts";
import { AgentCatalog } from "./agents/agents.ts";
import type { BackendRegistry } from "./agents/backend-registry.ts";
import { CommandBook } from "./agents/commands/command-book.ts";
import type { BackgroundProcesses } from "./agents/background-processes.ts";
import { findAgentWays } from "./agents/find-command.ts";
import { AgentLearner } from "./agents/learning/agent-learner.ts";
import { noteCrash } from "./agents/note-crash.ts";
import { lookAtHolds } from "./agents/pool/look-at-holds.ts";
import { AgentUpdates } from "./agents/updating/agent-updates.ts";
import { findUpdate } from "./agents/updating/find-update.ts";
import { WarmAgents } from "./agents/pool/warm-agents.ts";
import type { Config } from "./config.ts";
import type { Feed } from "./feed/feed.ts";
import type { Git } from "./platform/git/git.ts";
import type { Logger } from "./platform/logger.ts";
import type { Time } from "./platform/time.ts";
import type { Endpoints } from "./settings/endpoints.ts";
import { recallTurn } from "./tasks/recall-turn.ts";
import type { PortBlocks } from "./worktrees/ports/port-blocks.ts";

export interface MakeAgentsDeps {
  config: Config;
  db: Database;
  feed: Feed;
  time: Time;
  logger: Logger;
  git: Git;
  /** The environment of agents, with the markers of this run. */
  agentEnv: Readonly<Record<string, string>>;
  backends: BackendRegistry;
  endpoints: Endpoints;
  background: BackgroundProcesses;
  ports: Pick<PortBlocks, "variables">;
  /** Called when a person asks to check everything again. */
  onRefresh(): void;
  /** How long no agent must have been in use before one is asked what it is. */
  learnAfterMs?: number | undefined;
}

/** Long enough that the first prompt of a person who has just opened the page comes first. */
const LEARN_AFTER_MS = 8_000;

/** Builds the pool of agents, and what lists, asks and updates the agents that are installed. `parts` closes what has a life of its own. */
export function makeAgents(deps: MakeAgentsDeps, parts: AsyncDisposableStack) {
  const { config, db, feed, time, logger, git, agentEnv, backends, endpoints, background, ports, onRefresh, learnAfterMs } = deps;
  const { agentsFile, defaultModel, version, dataDir } = config;
  const path = config.agentEnv["PATH"] ?? "";
  const places = { agentsFile, path };
  const findProgram = async (id: AgentId) => {
    const { acp, cli } = await findAgentWays(id, places);
    return acp ?? cli;
  };
  const commands = new CommandBook({ db, feed, time, logger, findProgram, hasNone: (id) => backends.find(id)?.kind === "native" });
  const pool = new AgentPool({
    backends,
    time,
    logger,
    limits: { maxLive: config.pool.maxLive, idleTtlMs: config.pool.idleTtlMs },
    env: agentEnv,
    portVariables: (worktree) => ports.variables(worktree),
    gitVariables: (cwd) => git.guardVariables(cwd),
    onChanged: (sessionId, chatId) => feed.changed({ noun: "agentSessions", ids: [chatId], sessionId }),
    onDied: (place) => void noteCrash({ db, time, logger }, place),
    onResumed: ({ chatId, agent }, conversation) => recallTurn({ db, time, logger }, { chatId, agent }, conversation),
    onCommands: ({ agent, chatId, worktree }, announced) => commands.note(agent, { chatId, projectId: worktree.projectId }, announced),
    look: (live) => lookAtHolds({ db, background }, live),
  });
  const probe = { backends, env: config.agentEnv, agentsFile, cwd: dataDir, version, defaultModel };
  const learner = new AgentLearner({
    db,
    time,
    logger: logger.child({ part: "learner" }),
    backends,
    pool,
    commands,
    findCommand: (id) => findAgentWays(id, places).then(({ acp }) => acp),
    folder: join(dataDir, "empty"),
    env: agentEnv,
    quietMs: learnAfterMs ?? LEARN_AFTER_MS,
    onLearned: () => void agents.noteLearned(),
  });
  const findAgentUpdate = (id: AgentId) => findUpdate(id, places);
  const agents = new AgentCatalog({ feed, time, probe, endpoints, learner, findUpdate: findAgentUpdate, onRefresh });
  const warmAgents = new WarmAgents({ db, time, pool, backends, background });
  const agentUpdates = new AgentUpdates({
    feed,
    time,
    logger: logger.child({ part: "updates" }),
    pool,
    places,
    env: agentEnv,
    cwd: dataDir,
    list: () => agents.list(),
    refresh: () => agents.refresh(),
    suspendAll: (agent) => warmAgents.suspendAll(agent),
  });
  parts.defer(() => commands.close());
  parts.defer(() => pool.close());
  parts.defer(() => learner.close());
  parts.defer(() => agentUpdates.close());
  return { pool, agents, commands, served: { agents, warmAgents, agentUpdates, commands } };
}
