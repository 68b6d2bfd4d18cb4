import type { Explanation } from "./explain-fault.ts";
import { explainError } from "./explain-fault.ts";

const listeners = new Set<(explanation: Explanation) => void>();

/** Subscribes to failures of the person's actions, to show them. */
export function onFailure(listener: (explanation: Explanation) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows a failure. Mutations call this automatically unless they set `meta: { ownWords: true }`. */
export function reportFailure(error: unknown): void {
  const explanation = explainError(error);
  for (const listener of listeners) listener(explanation);
}
