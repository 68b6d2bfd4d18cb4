import { applyDeath, decideRestart, NEVER_DIED, RESTART_LIMITS } from "@boocode/shared/agents/decide-restart";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId } from "@boocode/shared/ids";
import type { Time } from "../platform/time.ts";

/** Keeps a program that dies again and again from being started again and again: after a few times it is refused, with a reason. */
export class RestartCircuit {
  readonly #agent: AgentId;
  readonly #time: Pick<Time, "now">;
  #state = NEVER_DIED;

  constructor(agent: AgentId, time: Pick<Time, "now">) {
    this.#agent = agent;
    this.#time = time;
  }

  /** Throws the fault `agent_unavailable` while the program is not to be started. */
  check(): void {
    const now = this.#time.now();
    const decision = decideRestart(this.#state, now);
    if (decision.kind === "start") return;
    const seconds = Math.ceil((decision.retryAt - now) / 1_000);
    const hint = `It ended by itself ${this.#state.deaths.length} times in a row and is left alone for ${seconds} s. "Try again" starts it at once.`;
    throw new DomainError({ kind: "agent_unavailable", agent: this.#agent, hint });
  }

  /** It ended by itself, or did not start. One that lived for long begins anew. */
  died(livedMs: number): void {
    const before = livedMs >= RESTART_LIMITS.windowMs ? NEVER_DIED : this.#state;
    this.#state = applyDeath(before, RESTART_LIMITS, this.#time.now());
  }

  /** A person wants it tried again. */
  reset(): void {
    this.#state = NEVER_DIED;
  }
}
