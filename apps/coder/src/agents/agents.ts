import { isDeepStrictEqual } from "node:util";
import { listAgentSessions } from "@boocode/db/stores/agent-session-store";
import type { Database } from "@boocode/db/database";
import { listOpenPermissions } from "@boocode/db/stores/permission-store";
import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import type { AgentSessionView } from "@boocode/shared/agents/agent-session-record";
import type { SessionId } from "@boocode/shared/ids";
import type { Feed } from "../feed/feed.ts";
import type { Time } from "../platform/time.ts";
import type { AgentPool } from "./agent-pool.ts";
import { findAgent, probeAgents, probeBuiltIn, readDetails, type ProbeInput } from "./probe-agents.ts";
import { testEndpoint } from "./test-endpoint.ts";

export interface Agents {
  /** Returns the results of the last probe; probes first if there are none. */
  list(): Promise<Agent[]>;
  /** Probes again. */
  refresh(): Promise<Agent[]>;
  /** Asks an OpenAI-compatible endpoint for its models. Faults: `endpoint_unreachable`, `endpoint_refused`. */
  testEndpoint(input: { url: string; key?: string | undefined }): Promise<{ models: AgentModel[] }>;
  listSessions(sessionId: SessionId): Promise<AgentSessionView[]>;
}

export interface AgentsDeps {
  db: Database;
  feed: Feed;
  time: Pick<Time, "elapsedMs">;
  pool: AgentPool;
  probe: ProbeInput;
  /** Called when a person asks to check everything again, including agents that had been given up. */
  onRefresh?(): void;
}

/** How long model lists stay fresh. Programs are looked up again only on request. */
const MODELS_FRESH_MS = 30_000;

/** The agents available on this machine, and which of them are warm. */
export class AgentCatalog implements Agents {
  readonly #deps: AgentsDeps;
  #found: Promise<Agent[]> | null = null;
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
    return this.#found;
  }

  async refresh(): Promise<Agent[]> {
    const before = this.#found;
    this.#deps.onRefresh?.();
    this.#found = this.#probe();
    const agents = await this.#found;
    await this.#tell(before, agents);
    return agents;
  }

  testEndpoint(input: { url: string; key?: string | undefined }): Promise<{ models: AgentModel[] }> {
    return testEndpoint(input);
  }

  async listSessions(sessionId: SessionId): Promise<AgentSessionView[]> {
    const records = await listAgentSessions(this.#deps.db.read, sessionId);
    const asking = await listOpenPermissions(this.#deps.db.read, sessionId);
    return Promise.all(
      records.map(async (record) => {
        const warm = this.#deps.pool.isWarm(record.chatId, record.agent);
        const isAsking = asking.some(({ chatId, agent }) => chatId === record.chatId && agent === record.agent);
        const keptBecause = !warm ? null : isAsking ? "permission" : record.status === "busy" ? "busy" : "recent";
        const rssBytes = warm ? await this.#deps.pool.rssBytes(record.chatId, record.agent) : null;
        return { ...record, warm, rssBytes, keptBecause };
      }),
    );
  }

  /** Returns an agent's availability, or null for an unknown agent. Does not wait for other agents or for models. */
  find(id: string): Promise<Pick<Agent, "id" | "available" | "diagnosis" | "installHint"> | null> {
    return findAgent(id, this.#deps.probe);
  }

  #probe(): Promise<Agent[]> {
    this.#modelsReadAt = this.#deps.time.elapsedMs();
    return probeAgents(this.#deps.probe);
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
    await this.#tell(found, agents);
  }

  async #tell(before: Promise<Agent[]> | null, agents: Agent[]): Promise<void> {
    const known = before && (await before);
    if (known && isDeepStrictEqual(known, agents)) return;
    this.#deps.feed.changed({ noun: "agents", ids: agents.map((agent) => agent.id) });
  }
}
