import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { STOP_STEPS } from "@boocode/shared/agents/turns/stop-steps";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";

interface Rungs {
  /** When to ask the agent a second time. */
  askAgainMs: number;
  /** When to end the agent's processes. */
  closeMs: number;
  /** How long closing may take before the turn is abandoned. */
  closeGraceMs: number;
}

/** For a person's stop: a cooperative agent ends by itself and keeps its context, and a backend with a process to kill does that first. */
const PATIENT: Rungs = { askAgainMs: STOP_STEPS.askAgainMs, closeMs: STOP_STEPS.closeMs + 500, closeGraceMs: 1_000 };
/** For a daemon that must shut down within five seconds. */
const HURRIED: Rungs = { askAgainMs: 1_000, closeMs: 2_000, closeGraceMs: 1_000 };

/** Ends a turn in escalating steps: cancel, cancel again, close. */
export class InterruptLadder {
  /** Resolves when the turn is abandoned. */
  readonly gaveUp: Promise<void>;
  readonly #conversation: AgentConversation;
  readonly #time: Pick<Time, "after">;
  readonly #logger: Logger;
  readonly #giveUp: () => void;
  readonly #timers: (() => void)[] = [];
  #rungs: Rungs | null = null;
  #isOver = false;
  #hasClosed = false;

  constructor(conversation: AgentConversation, time: Pick<Time, "after">, logger: Logger) {
    this.#conversation = conversation;
    this.#time = time;
    this.#logger = logger;
    const gaveUp = Promise.withResolvers<void>();
    this.gaveUp = gaveUp.promise;
    this.#giveUp = gaveUp.resolve;
  }

  /** Starts the escalation. A second call does nothing, except that "hurried" shortens a patient one. */
  climb(pace: "patient" | "hurried"): void {
    const rungs = pace === "hurried" ? HURRIED : PATIENT;
    if (this.#isOver || this.#rungs === HURRIED || this.#rungs === rungs) return;
    this.#rungs = rungs;
    this.#clear();
    this.#ask();
    this.#timers.push(
      this.#time.after(rungs.askAgainMs, () => this.#ask()),
      this.#time.after(rungs.closeMs, () => void this.#close(rungs.closeGraceMs)),
    );
  }

  /** True once the conversation had to be closed, because its turn did not end when asked. */
  get hasClosed(): boolean {
    return this.#hasClosed;
  }

  /** Stops the escalation, because the turn has settled. */
  stop(): void {
    this.#isOver = true;
    this.#clear();
  }

  #ask(): void {
    Promise.resolve()
      .then(() => this.#conversation.cancel())
      .catch((error: unknown) => this.#logger.warn({ err: error }, "An agent could not be asked to stop"));
  }

  async #close(graceMs: number): Promise<void> {
    this.#hasClosed = true;
    this.#timers.push(this.#time.after(graceMs, this.#giveUp));
    try {
      await this.#conversation.close();
    } catch (error) {
      this.#logger.warn({ err: error }, "An agent that did not stop could not be closed");
    }
    this.#giveUp();
  }

  #clear(): void {
    for (const stop of this.#timers.splice(0)) stop();
  }
}
