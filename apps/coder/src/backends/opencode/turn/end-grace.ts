import { decideLinger } from "@boocode/shared/agents/turns/decide-linger";
import type { TurnEndReason } from "./turn-ports.ts";
import type { TurnTimers } from "./turn-timers.ts";

/** The moment after a turn's normal end was reported, in which its last words may still arrive. */
export class EndGrace {
  readonly #timers: TurnTimers;
  readonly #isToolRunning: () => boolean;
  #end: TurnEndReason | null = null;
  #onOver: (end: TurnEndReason) => void = () => {};
  #stopWaiting = () => {};

  constructor(timers: TurnTimers, isToolRunning: () => boolean) {
    this.#timers = timers;
    this.#isToolRunning = isToolRunning;
  }

  /** The reported end; null while there is none. */
  get end(): TurnEndReason | null {
    return this.#end;
  }

  /** Calls `onOver` once nothing more arrives; immediately for an end that is not normal, or if the timers are over. */
  begin(end: TurnEndReason, onOver: (end: TurnEndReason) => void): void {
    if (end.state !== "completed" || this.#timers.areOver) return onOver(end);
    this.#end = end;
    this.#onOver = onOver;
    const { maxMs } = this.#linger();
    this.#timers.after(maxMs, () => onOver(end));
    this.noteEvent();
  }

  /** Waits anew, because something arrived. */
  noteEvent(): void {
    const end = this.#end;
    if (end === null) return;
    this.#stopWaiting();
    this.#stopWaiting = this.#timers.after(this.#linger().quietMs, () => this.#onOver(end));
  }

  #linger(): { quietMs: number; maxMs: number } {
    const state = { isOwn: false, isStopAsked: false, isStoppedElsewhere: false, openCalls: this.#isToolRunning() ? 1 : 0 };
    const { quietMs = 0, maxMs } = decideLinger(state) ?? {};
    return { quietMs, maxMs: maxMs ?? quietMs };
  }
}
