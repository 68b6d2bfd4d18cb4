import { AgentId } from "@boocode/shared/ids";
import { BackendRegistry } from "./agents/backend-registry.ts";
import { EitherBackend } from "./agents/either-backend.ts";
import { findAgentCommand, findAgentWays } from "./agents/find-command.ts";
import { KNOWN_AGENTS } from "./agents/known-agents.ts";
import { RestartCircuit } from "./agents/supervise.ts";
import { AcpBackend } from "./backends/acp/acp-backend.ts";
import type { AgentBackend, History } from "@boocode/shared/agents/agent-backend";
import { CliBackend } from "./backends/cli/cli-backend.ts";
import { OpencodeBackend } from "./backends/opencode/opencode-backend.ts";
import type { Config } from "./config.ts";
import type { Endpoints } from "./settings/endpoints.ts";
import type { Time } from "./platform/time.ts";
import type { Logger } from "./platform/logger.ts";
import { TRUST_TOP_NAMES } from "./trust/trust-places.ts";

export interface BackendsInput {
  config: Config;
  endpoints: Endpoints;
  native: AgentBackend;
  history: History;
  time: Time;
  logger: Logger;
  /** Called when an agent has reported new details about itself. */
  onLearned(): void;
}

const OPENCODE_BINS = KNOWN_AGENTS.find(({ id }) => id === "opencode")?.bins ?? [];

/** Builds a backend for every agent that can be driven: known agents now, custom agents on first use. */
export function makeBackends({ config, endpoints, native, history, time, logger, onLearned }: BackendsInput) {
  const { dataDir, agentsFile, defaultModel, version } = config;
  const places = { agentsFile, path: config.agentEnv["PATH"] ?? "" };
  const resets: (() => void)[] = [];
  const toBreaker = (agent: AgentId) => {
    const breaker = new RestartCircuit(agent, time);
    resets.push(() => breaker.reset());
    return breaker;
  };
  const toEither = (agent: AgentId) => {
    const ports = { agent, time, ownConfig: [...TRUST_TOP_NAMES], onLearned };
    const findWays = () => findAgentWays(agent, places);
    const protocol = new AcpBackend({
      ...ports,
      findCommand: async () => (await findWays()).acp,
      breaker: toBreaker(agent),
      endpoints: endpoints.current,
      isRemoved: endpoints.isRemoved,
      defaultModel,
      cwd: dataDir,
      listEndpointModels: () => native.listModels(),
      history,
      version,
      logger: logger.child({ part: "acp", agent }),
    });
    const cli = {
      ...ports,
      findCommand: async () => (await findWays()).cli,
      breaker: toBreaker(agent),
      logger: logger.child({ part: "cli", agent }),
    };
    const [commandLine, standIn] = [new CliBackend(cli), new CliBackend({ ...cli, standsIn: true })];
    const either = new EitherBackend({
      agent,
      protocol,
      commandLine,
      standIn,
      findWays,
      time,
      onLearned,
      logger: logger.child({ part: "agents" }),
    });
    resets.push(() => either.reset());
    return either;
  };
  const opencodeId = AgentId.parse("opencode");
  const opencode = new OpencodeBackend({
    findCommand: () => findAgentCommand(opencodeId, OPENCODE_BINS, places),
    endpoints: endpoints.current,
    isRemoved: endpoints.isRemoved,
    defaultModel,
    breaker: toBreaker(opencodeId),
    cwd: dataDir,
    time,
    idleMs: config.pool.idleTtlMs,
    logger: logger.child({ part: "opencode" }),
  });
  endpoints.onChanged((isOffered) => {
    if (isOffered) opencode.renew();
    onLearned();
  });
  const others = KNOWN_AGENTS.filter(({ transport }) => transport === "acp" || transport === "cli");
  const eithers = others.map(({ id }) => [id, toEither(AgentId.parse(id))] as const);
  return {
    backends: new BackendRegistry({ boocode: native, opencode, ...Object.fromEntries(eithers) }, toEither),
    /** Allows every program to start again, including those that kept dying, because a person asked for it. */
    resetCircuits: () => {
      for (const reset of resets) reset();
    },
    kinds: [native.kind, opencode.kind, "acp", "cli"],
  };
}
