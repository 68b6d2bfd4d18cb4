import { decideKept, type Holds } from "@boocode/shared/agents/processes/decide-kept";
import { decideLifecycle, type PoolLimits } from "@boocode/shared/agents/processes/decide-lifecycle";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import type { Live } from "./live.ts";

export interface IdleSweepDeps {
  limits: PoolLimits;
  time: Time;
  logger: Logger;
  list(): readonly Live[];
  /** Looks what holds a conversation beside its turn. Rejects if that cannot be known, which holds it. */
  look(live: Live): Promise<Holds>;
  close(live: Live): void;
}

const EVERY_MS = 30_000;

/**
 * Closes conversations that are idle for too long or too many. What would go is looked at right before, because a look takes longer than a
 * sweep may: only what is about to go is worth one.
 */
export class IdleSweep {
  readonly #deps: IdleSweepDeps;
  #stopWaiting: () => void;
  #running: Promise<void> | null = null;
  #isWantedAgain = false;
  #isClosed = false;

  constructor(deps: IdleSweepDeps) {
    this.#deps = deps;
    this.#stopWaiting = this.#runLater();
  }

  /** Begins a sweep, or another one after the one that runs. */
  wake(): void {
    if (this.#isClosed) return;
    if (this.#running) {
      this.#isWantedAgain = true;
      return;
    }
    this.#running = this.#sweep().finally(() => {
      this.#running = null;
      if (!this.#isWantedAgain) return;
      this.#isWantedAgain = false;
      this.wake();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#stopWaiting();
  }

  async #sweep(): Promise<void> {
    const { limits, time, logger } = this.#deps;
    /** What was found in this sweep. A turn since then makes it void. */
    const looked = new Map<Live, { phase: Live["phase"]; isHeld: boolean }>();
    const isKnown = (live: Live) => looked.get(live)?.phase === live.phase;
    for (;;) {
      if (this.#isClosed) return;
      const all = this.#deps.list();
      const pool = all.map((live) => ({ ...live, isHeld: live.isActing || (isKnown(live) && looked.get(live)?.isHeld === true) }));
      const actions = decideLifecycle(pool, limits, time.elapsedMs());
      const going = actions.flatMap(({ id, reason }) => {
        const live = all.find((one) => one.id === id);
        return live ? [{ live, reason }] : [];
      });
      const unknown = going.filter(({ live }) => !isKnown(live));
      if (unknown.length === 0) {
        for (const { live, reason } of going) {
          logger.info({ chatId: live.chatId, agent: live.agent, reason }, "Closed an idle agent");
          this.#deps.close(live);
        }
        return;
      }
      for (const { live } of unknown) {
        const { phase } = live;
        looked.set(live, { phase, isHeld: await this.#isHeld(live) });
      }
    }
  }

  async #isHeld(live: Live): Promise<boolean> {
    try {
      const holds = await this.#deps.look(live);
      return decideKept({ ...holds, phase: "idle", isActing: live.isActing }) !== "recent";
    } catch (error) {
      this.#deps.logger.warn(
        { err: error, chatId: live.chatId, agent: live.agent },
        "An idle agent is kept: what it left running is unknown",
      );
      return true;
    }
  }

  #runLater(): () => void {
    return this.#deps.time.after(EVERY_MS, () => {
      this.wake();
      this.#stopWaiting = this.#runLater();
    });
  }
}
