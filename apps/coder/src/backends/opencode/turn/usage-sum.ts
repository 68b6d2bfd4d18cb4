import type { Usage } from "@boocode/shared/agents/usage";
import type { WireTokens } from "../wire/opencode-wire.ts";

/** Adds up what a turn's steps used. A step that is told twice counts once. */
export class UsageSum {
  readonly #steps = new Map<string, { cost: number; tokens: WireTokens }>();
  #contextUsed: number | null = null;

  /** Answers false where this is known already. `isOwn`: of the chat itself, not of a child of it with a context of its own. */
  add(id: string, step: { cost: number; tokens: WireTokens }, isOwn: boolean): boolean {
    const isKnown = this.#steps.has(id);
    this.#steps.set(id, step);
    const { input, output, reasoning, cache } = step.tokens;
    if (isOwn) this.#contextUsed = toCount(input + cache.read + cache.write + output + reasoning);
    return !isKnown;
  }

  /** Null before the first step. */
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
