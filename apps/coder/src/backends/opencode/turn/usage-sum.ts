import type { Usage } from "@boocode/shared/agents/usage";
import type { WireTokens } from "../wire/opencode-wire.ts";

/** Adds up the usage of a turn's steps. A repeated step counts once. */
export class UsageSum {
  readonly #steps = new Map<string, { cost: number; tokens: WireTokens }>();
  /** The steps that were counted before. */
  readonly #earlier = new Set<string>();
  #contextUsed: number | null = null;

  /**
   * Adds a step; returns false if it is already known. A child has a context of its own; after a summary, what is used is not known before
   * the next step.
   */
  add(id: string, step: { cost: number; tokens: WireTokens }, of: "own" | "child" | "summary"): boolean {
    if (this.#earlier.has(id)) return false;
    const isKnown = this.#steps.has(id);
    this.#steps.set(id, step);
    const { input, output, reasoning, cache } = step.tokens;
    if (of === "own") this.#contextUsed = toCount(input + cache.read + cache.write + output + reasoning);
    if (of === "summary") this.#contextUsed = null;
    return !isKnown;
  }

  /** Makes a sum for what follows: it begins with nothing and counts no step of this one. */
  rest(): UsageSum {
    const rest = new UsageSum();
    for (const id of [...this.#earlier, ...this.#steps.keys()]) rest.#earlier.add(id);
    return rest;
  }

  /** The total usage; null before the first step. */
  total(contextSize: number | null): Usage | null {
    if (this.#steps.size === 0) return null;
    const steps = [...this.#steps.values()];
    const sum = (count: (tokens: WireTokens) => number) => toCount(steps.reduce((total, { tokens }) => total + count(tokens), 0));
    return {
      inputTokens: sum(({ input, cache }) => input + cache.read + cache.write),
      outputTokens: sum(({ output, reasoning }) => output + reasoning),
      cachedTokens: sum(({ cache }) => cache.read),
      cost: Math.max(
        0,
        steps.reduce((total, { cost }) => total + cost, 0),
      ),
      contextUsed: this.#contextUsed,
      contextSize: contextSize === null ? null : toCount(contextSize),
    };
  }
}

const toCount = (count: number) => (Number.isFinite(count) ? Math.max(0, Math.round(count)) : 0);
