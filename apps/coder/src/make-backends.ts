import { AgentId } from "@boocode/shared/ids";
import { BackendRegistry } from "./agents/backend-registry.ts";
import { findAgentCommand } from "./agents/find-command.ts";
import { KNOWN_AGENTS } from "./agents/known-agents.ts";
import { RestartCircuit } from "./agents/supervise.ts";
import { AcpBackend } from "./backends/acp/acp-backend.ts";
import type { AgentBackend, History, ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import { OpencodeBackend } from "./backends/opencode/opencode-backend.ts";
import type { Config } from "./config.ts";
import type { Time } from "./platform/time.ts";
import type { Logger } from "./platform/logger.ts";
import { TRUST_TOP_NAMES } from "./trust/trust-places.ts";

export interface BackendsInput {
  config: Config;
  /** The configured endpoints, then the demo model. */
  endpoints: readonly ModelEndpoint[];
  native: AgentBackend;
  history: History;
  time: Time;
  logger: Logger;
  /** Called when an agent has reported new details about itself. */
  onLearned(): void;
}

/** Builds a backend for every agent that can be driven: known agents now, custom agents on first use. */
export function makeBackends({ config, endpoints, native, history, time, logger, onLearned }: BackendsInput) {
  const { dataDir, agentsFile, defaultModel, version } = config;
  const places = { agentsFile, path: config.agentEnv["PATH"] ?? "" };
  const circuits = new Map<string, RestartCircuit>();
  const toPorts = (agent: AgentId) => {
    const breaker = new RestartCircuit(agent, time);
    circuits.set(agent, breaker);
    const bins = KNOWN_AGENTS.find(({ id }) => id === agent)?.bins ?? [];
    const findCommand = () => findAgentCommand(agent, bins, places);
    return { findCommand, endpoints, defaultModel, breaker, cwd: dataDir, time };
  };
  const toAcp = (agent: AgentId) =>
    new AcpBackend({
      ...toPorts(agent),
      agent,
      listEndpointModels: () => native.listModels(),
      ownConfig: [...TRUST_TOP_NAMES],
      history,
      version,
      onLearned,
      logger: logger.child({ part: "acp", agent }),
    });
  const opencode = new OpencodeBackend({
    ...toPorts(AgentId.parse("opencode")),
    idleMs: config.pool.idleTtlMs,
    logger: logger.child({ part: "opencode" }),
  });
  const overAcp = KNOWN_AGENTS.filter(({ transport }) => transport === "acp").map(({ id }) => [id, toAcp(AgentId.parse(id))] as const);
  return {
    backends: new BackendRegistry({ boocode: native, opencode, ...Object.fromEntries(overAcp) }, toAcp),
    /** Allows every program to start again, including those that kept dying, because a person asked for it. */
    resetCircuits: () => {
      for (const circuit of circuits.values()) circuit.reset();
    },
    kinds: [native.kind, opencode.kind, "acp"],
  };
}
