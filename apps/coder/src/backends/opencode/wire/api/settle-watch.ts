import type { Time } from "../../../../platform/time.ts";

export interface SettleWatchDeps {
  time: Pick<Time, "after">;
  /** Reads the sessions that work now. */
  readActive(): Promise<ReadonlySet<string>>;
  /** True while a session is in a turn whose end was not told. */
  isInTurn(sessionId: string): boolean;
  /** Called when a session in a turn was found to work no longer. */
  onStopped(sessionId: string): void;
}

/** How often a session that works is looked at where nothing hints at its end. */
const EVERY_MS = 2_000;
/** How soon a session that should have ended is looked at again. */
const AGAIN_MS = [60, 120, 250, 500, 1_000] as const;

/** Looks whether sessions still work, because the events of 1.18's `/api` do not tell. */
export class SettleWatch {
  readonly #deps: SettleWatchDeps;
  readonly #looks = new Map<string, () => void>();
  #isClosed = false;

  constructor(deps: SettleWatchDeps) {
    this.#deps = deps;
  }

  /** Looks at a session after this time, and until it is found idle. Replaces a look that was planned. */
  look(sessionId: string, afterMs: number): void {
    this.#plan(sessionId, afterMs, 0);
  }

  /** Looks at a session from time to time, unless a look is planned. */
  keepLooking(sessionId: string): void {
    if (!this.#looks.has(sessionId)) this.#plan(sessionId, EVERY_MS, AGAIN_MS.length);
  }

  close(): void {
    this.#isClosed = true;
    for (const stop of this.#looks.values()) stop();
    this.#looks.clear();
  }

  #plan(sessionId: string, afterMs: number, attempt: number): void {
    if (this.#isClosed) return;
    this.#looks.get(sessionId)?.();
    this.#looks.set(
      sessionId,
      this.#deps.time.after(afterMs, () => void this.#look(sessionId, attempt)),
    );
  }

  async #look(sessionId: string, attempt: number): Promise<void> {
    const { readActive, isInTurn, onStopped } = this.#deps;
    const planned = this.#looks.get(sessionId);
    // A server that does not answer is watched elsewhere.
    const active = await readActive().catch(() => null);
    if (this.#isClosed || this.#looks.get(sessionId) !== planned) return;
    this.#looks.delete(sessionId);
    if (!isInTurn(sessionId)) return;
    if (active !== null && !active.has(sessionId)) return onStopped(sessionId);
    this.#plan(sessionId, AGAIN_MS[attempt] ?? EVERY_MS, attempt + 1);
  }
}
