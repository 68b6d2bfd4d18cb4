import type { Usage } from "@boocode/shared/agents/usage";

interface WireUsage {
  prompt_tokens?: unknown;
  completion_tokens?: unknown;
  /** The same counts under newer servers' names. */
  input_tokens?: unknown;
  output_tokens?: unknown;
  prompt_tokens_details?: { cached_tokens?: unknown } | null;
  input_tokens_details?: { cached_tokens?: unknown } | null;
  /** The cost of the request in dollars, from OpenRouter. */
  cost?: unknown;
}

/** Adds a step to a turn's usage. Values that no step reported stay null. */
export function sumUsage(sum: Usage | null, step: Record<string, unknown> | null): Usage | null {
  const { cost, ...usage } = (step ?? {}) as WireUsage;
  const input = countOf(usage.prompt_tokens ?? usage.input_tokens);
  const output = countOf(usage.completion_tokens ?? usage.output_tokens);
  const cached = countOf((usage.prompt_tokens_details ?? usage.input_tokens_details)?.cached_tokens);
  if (input === null && output === null) return sum;
  return {
    inputTokens: add(sum?.inputTokens, input),
    outputTokens: add(sum?.outputTokens, output),
    cachedTokens: add(sum?.cachedTokens, cached),
    cost: add(sum?.cost, typeof cost === "number" && cost >= 0 ? cost : null),
    // The newest step's prompt contains everything before it.
    contextUsed: add(input, output),
    contextSize: null,
  };
}

/** Adds a sub-task's step, whose context is not the turn's. */
export function sumSubTaskUsage(sum: Usage | null, step: Record<string, unknown> | null): Usage | null {
  const added = sumUsage(sum, step);
  return added && { ...added, contextUsed: sum?.contextUsed ?? null };
}

const countOf = (count: unknown) => (typeof count === "number" && Number.isFinite(count) && count >= 0 ? Math.round(count) : null);

function add(a: number | null | undefined, b: number | null): number | null {
  if (a === null || a === undefined) return b;
  return b === null ? a : a + b;
}
