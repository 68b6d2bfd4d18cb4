import type { Explanation } from "./explain-fault.ts";
import { explainError } from "./explain-fault.ts";

const listeners = new Set<(explanation: Explanation) => void>();

/** Where failures of what the person did are shown. */
export function onFailure(listener: (explanation: Explanation) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows a failure. Mutations do this by themselves unless they say `meta: { ownWords: true }`. */
export function reportFailure(error: unknown): void {
  const explanation = explainError(error);
  for (const listener of listeners) listener(explanation);
}
