import { applyDeath, decideRestart, NEVER_DIED, RESTART_LIMITS } from "@boocode/shared/agents/processes/decide-restart";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId } from "@boocode/shared/ids";
import type { Time } from "../platform/time.ts";

/** Limits restarts of a program that keeps dying: after several deaths it is refused, with a reason. */
export class RestartCircuit {
  readonly #agent: AgentId;
  readonly #time: Pick<Time, "elapsedMs">;
  #state = NEVER_DIED;

  constructor(agent: AgentId, time: Pick<Time, "elapsedMs">) {
    this.#agent = agent;
    this.#time = time;
  }

  /** Throws the fault `agent_unavailable` while the program must not be started. */
  check(): void {
    const now = this.#time.elapsedMs();
    const decision = decideRestart(this.#state, now);
    if (decision.kind === "start") return;
    const seconds = Math.ceil((decision.retryAt - now) / 1_000);
    const hint = `It ended by itself ${this.#state.deaths.length} times in a row and is left alone for ${seconds} s. "Try again" starts it at once.`;
    throw new DomainError({ kind: "agent_unavailable", agent: this.#agent, hint });
  }

  /** Records that the program ended by itself or failed to start. If it had lived long enough, the count starts again. */
  died(livedMs: number): void {
    const before = livedMs >= RESTART_LIMITS.windowMs ? NEVER_DIED : this.#state;
    this.#state = applyDeath(before, RESTART_LIMITS, this.#time.elapsedMs());
  }

  /** Allows a start again, because a person asked for it. */
  reset(): void {
    this.#state = NEVER_DIED;
  }
}
