import { isDeepStrictEqual } from "node:util";
import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import { applyStart } from "@boocode/shared/agents/learning/decide-learning";
import type { UpdateDecision } from "@boocode/shared/agents/learning/decide-update";
import type { AgentId } from "@boocode/shared/ids";
import type { Feed } from "../feed/feed.ts";
import { toBaseUrl } from "../platform/to-base-url.ts";
import type { Time } from "../platform/time.ts";
import type { AgentLearner } from "./learning/agent-learner.ts";
import type { Endpoints } from "../settings/endpoints.ts";
import { findAgent, probeAgents, probeBuiltIn, readDetails, type ProbeInput } from "./probe-agents.ts";
import { testEndpoint } from "./test-endpoint.ts";

/** Without a key, `endpointId` names the endpoint whose key is used, as long as the address is on its server. */
export interface TestEndpointInput {
  url: string;
  key?: string | undefined;
  endpointId?: string | undefined;
}

export interface Agents {
  /** Returns the results of the last probe; probes first if there are none. */
  list(): Promise<Agent[]>;
  /** Probes again. */
  refresh(): Promise<Agent[]>;
  /** Asks an OpenAI-compatible endpoint for its models. Faults: `endpoint_unreachable`, `endpoint_refused`. */
  testEndpoint(input: TestEndpointInput): Promise<{ models: AgentModel[] }>;
}

export interface AgentsDeps {
  feed: Feed;
  time: Pick<Time, "elapsedMs">;
  probe: ProbeInput;
  endpoints: Pick<Endpoints, "keyFor">;
  /** Asks agents what they are, in the background. Absent: they are not asked. */
  learner?: Pick<AgentLearner, "recall" | "consider" | "forgetFailures" | "startOf">;
  /** Looks how an agent is updated. Absent: none is. */
  findUpdate?(agent: AgentId): Promise<UpdateDecision>;
  /** Called when a person asks to check everything again, including agents that had been given up. */
  onRefresh?(): void;
}

/** How long model lists stay fresh. Programs are looked up again only on request. */
const MODELS_FRESH_MS = 30_000;

/** The agents available on this machine. */
export class AgentCatalog implements Agents {
  readonly #deps: AgentsDeps;
  #found: Promise<Agent[]> | null = null;
  /** The list as it was read first, or announced last. */
  #told: Agent[] | null = null;
  #modelsReadAt = 0;

  constructor(deps: AgentsDeps) {
    this.#deps = deps;
  }

  async list(): Promise<Agent[]> {
    const isKnown = this.#found !== null;
    this.#found ??= this.#probe();
    const isStale = this.#deps.time.elapsedMs() - this.#modelsReadAt > MODELS_FRESH_MS;
    // In the background: an endpoint that is down must not delay the list.
    if (isKnown && isStale) void this.#readModelsAgain(this.#found);
    return this.#withStarts(await this.#found);
  }

  async refresh(): Promise<Agent[]> {
    this.#deps.onRefresh?.();
    this.#deps.learner?.forgetFailures();
    this.#found = this.#probe();
    const agents = this.#withStarts(await this.#found);
    this.#tell(agents);
    return agents;
  }

  testEndpoint({ url, key, endpointId }: TestEndpointInput): Promise<{ models: AgentModel[] }> {
    const known = endpointId === undefined ? null : this.#deps.endpoints.keyFor(endpointId, url);
    const base = toBaseUrl(url);
    return testEndpoint({ url: base.kind === "url" ? base.url : url, key: key ?? known ?? undefined });
  }

  /** Returns an agent's availability, or null for an unknown agent. Does not wait for other agents or for models. */
  find(id: string): Promise<Pick<Agent, "id" | "available" | "diagnosis" | "installHint"> | null> {
    return findAgent(id, this.#deps.probe);
  }

  async #probe(): Promise<Agent[]> {
    const { time, probe, learner, findUpdate } = this.#deps;
    this.#modelsReadAt = time.elapsedMs();
    await learner?.recall();
    const found = await Promise.all(
      (await probeAgents(probe)).map(async (agent) => ({ ...agent, update: toOffer(await findUpdate?.(agent.id)) })),
    );
    this.#told ??= this.#withStarts(found);
    learner?.consider(found);
    return found;
  }

  /** Call it when an agent has reported details about itself: announces the list if it changed. */
  async noteLearned(): Promise<void> {
    if (this.#found) await this.#readModelsAgain(this.#found);
  }

  async #readModelsAgain(found: Promise<Agent[]>): Promise<void> {
    this.#modelsReadAt = this.#deps.time.elapsedMs();
    const [before, builtIn] = await Promise.all([found, probeBuiltIn(this.#deps.probe)]);
    const { backends } = this.#deps.probe;
    const agents = await Promise.all(
      before.map(async (agent) => (agent.id === builtIn.id ? builtIn : readDetails(agent, backends.find(agent.id)))),
    );
    // A refresh in the meantime has newer results.
    if (this.#found !== found) return;
    this.#found = Promise.resolve(agents);
    this.#tell(this.#withStarts(agents));
  }

  /** Adds what is known of the agents' starts to what was found. */
  #withStarts(found: Agent[]): Agent[] {
    const { learner, probe } = this.#deps;
    if (learner === undefined) return found;
    const canBeAsked = ({ id, transport }: Agent) => transport !== "cli" && probe.backends.find(id)?.learn !== undefined;
    return found.map((agent) => (canBeAsked(agent) ? applyStart(agent, learner.startOf(agent.id)) : agent));
  }

  #tell(agents: Agent[]): void {
    const before = this.#told;
    this.#told = agents;
    if (isDeepStrictEqual(before, agents)) return;
    this.#deps.feed.changed({ noun: "agents", ids: agents.map((agent) => agent.id) });
  }
}

const toOffer = (decision: UpdateDecision = { kind: "none" }): Agent["update"] =>
  decision.kind === "none" ? null : { line: decision.line, canRun: decision.kind === "run" };
