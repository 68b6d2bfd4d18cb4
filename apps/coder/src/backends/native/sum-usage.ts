import type { Usage } from "@boocode/shared/agents/usage";
import type { LanguageModelUsage } from "ai";

interface WireUsage {
  prompt_tokens?: unknown;
  completion_tokens?: unknown;
  prompt_tokens_details?: { cached_tokens?: unknown } | null;
  /** OpenRouter says what a request cost, in dollars. */
  cost?: unknown;
}

/** A turn's usage with one more step in it. What no step reported stays null. */
export function sumUsage(sum: Usage | null, step: LanguageModelUsage | null): Usage | null {
  // As the endpoint wrote it: the SDK turns what is missing into zero.
  const { prompt_tokens, completion_tokens, prompt_tokens_details, cost } = (step?.raw ?? {}) as WireUsage;
  const input = countOf(prompt_tokens);
  const output = countOf(completion_tokens);
  const cached = countOf(prompt_tokens_details?.cached_tokens);
  if (input === null && output === null) return sum;
  return {
    inputTokens: add(sum?.inputTokens, input),
    outputTokens: add(sum?.outputTokens, output),
    cachedTokens: add(sum?.cachedTokens, cached),
    cost: add(sum?.cost, typeof cost === "number" && cost >= 0 ? cost : null),
    // The newest step's prompt holds all that was said before it.
    contextUsed: add(input, output),
    contextSize: null,
  };
}

const countOf = (count: unknown) => (typeof count === "number" && Number.isFinite(count) && count >= 0 ? Math.round(count) : null);

function add(a: number | null | undefined, b: number | null): number | null {
  if (a === null || a === undefined) return b;
  return b === null ? a : a + b;
}
