import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId } from "@boocode/shared/ids";
import type { AgentBackend } from "../backends/backend.ts";

/** Which backend drives which agent in this version. */
export class BackendRegistry {
  readonly #byAgent: ReadonlyMap<string, AgentBackend>;

  constructor(backends: Readonly<Record<string, AgentBackend>>) {
    this.#byAgent = new Map(Object.entries(backends));
  }

  /** Throws `agent_unavailable` for an agent that nothing here can drive. */
  forAgent(agent: AgentId): AgentBackend {
    const backend = this.#byAgent.get(agent);
    if (!backend) throw new DomainError({ kind: "agent_unavailable", agent, hint: "This version of BooCode cannot drive it yet." });
    return backend;
  }

  find(agent: string): AgentBackend | null {
    return this.#byAgent.get(agent) ?? null;
  }

  /** Closes every backend once, also one that drives several agents. */
  async close(): Promise<void> {
    await Promise.allSettled([...new Set(this.#byAgent.values())].map((backend) => backend.close()));
  }
}
