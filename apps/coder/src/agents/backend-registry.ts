import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SharedProgram } from "@boocode/shared/agents/processes/warm-agent";
import type { AgentId } from "@boocode/shared/ids";
import type { AgentBackend } from "@boocode/shared/agents/agent-backend";
import { KNOWN_AGENTS } from "./known-agents.ts";

/** Maps each agent to the backend that drives it. */
export class BackendRegistry {
  readonly #byAgent: Map<string, AgentBackend>;
  readonly #makeCustom: ((agent: AgentId) => AgentBackend) | null;
  #isClosed = false;

  /** `makeCustom` creates the backend of an unknown agent on first use. */
  constructor(backends: Readonly<Record<string, AgentBackend>>, makeCustom: ((agent: AgentId) => AgentBackend) | null = null) {
    this.#byAgent = new Map(Object.entries(backends));
    this.#makeCustom = makeCustom;
  }

  /** Returns the backend of an agent. Throws `agent_unavailable` for an agent that no backend can drive. */
  forAgent(agent: AgentId): AgentBackend {
    const backend = this.custom(agent);
    if (!backend) throw new DomainError({ kind: "agent_unavailable", agent, hint: "This version of BooCode cannot drive it yet." });
    return backend;
  }

  /** Every backend that there is so far, once. */
  get all(): readonly AgentBackend[] {
    return [...new Set(this.#byAgent.values())];
  }

  find(agent: string): AgentBackend | null {
    return this.#byAgent.get(agent) ?? null;
  }

  /** Returns the backend of a custom agent; null for a known agent that no backend can drive. */
  custom(agent: AgentId): AgentBackend | null {
    const made = this.#byAgent.get(agent);
    if (made) return made;
    if (this.#isClosed || this.#makeCustom === null || KNOWN_AGENTS.some(({ id }) => id === agent)) return null;
    const backend = this.#makeCustom(agent);
    this.#byAgent.set(agent, backend);
    return backend;
  }

  /** Lists the programs that conversations share, used or not, with their memory. */
  async listShared(): Promise<SharedProgram[]> {
    const shared = this.all.flatMap((backend) => backend.shared?.list() ?? []);
    return Promise.all(shared.map(async ({ id, agent, rssBytes }) => ({ id, agent, rssBytes: await rssBytes() })));
  }

  /** Closes every backend once, even if it drives several agents. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.all.map((backend) => backend.close()));
  }
}
