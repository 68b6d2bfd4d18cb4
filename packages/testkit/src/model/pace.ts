import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** Limits the write rate: one pause for all writes that are due, because a timer cannot fire ten thousand times a second. */
export class Pace {
  readonly #response: ServerResponse;
  readonly #perSecond: number | null;
  readonly #gone: Promise<void>;
  readonly #startedAt = performance.now();
  #written = 0;

  constructor(response: ServerResponse, perSecond: number | null, gone: Promise<void>) {
    this.#response = response;
    this.#perSecond = perSecond;
    this.#gone = gone;
  }

  async write(text: string): Promise<void> {
    if (text === "") return;
    if (this.#perSecond !== null) {
      const aheadMs = (this.#written / this.#perSecond) * 1_000 - (performance.now() - this.#startedAt);
      if (aheadMs >= 1) await Promise.race([delay(Math.ceil(aheadMs)), this.#gone]);
    }
    this.#written += 1;
    if (this.#response.destroyed || this.#response.write(text)) return;
    await Promise.race([new Promise<void>((resolve) => this.#response.once("drain", resolve)), this.#gone]);
  }
}
