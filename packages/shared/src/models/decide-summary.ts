import type { TaskId } from "../ids.ts";

/** A turn of the history that a model is given. `taskId` is null for what already is a summary. */
export interface SizedTurn {
  taskId: TaskId | null;
  /** In UTF-16 units. */
  chars: number;
}

/** The context of a model whose endpoint does not say how large it is. */
const DEFAULT_CONTEXT_TOKENS = 64_000;
const CHARS_PER_TOKEN = 4;
/** The share of the context for what was said before, so that the turn itself has room. */
const HISTORY_SHARE = 0.6;
/** The share at which the turn's own tool results are shortened. */
const FULL_SHARE = 0.85;
/** The share of the history's room that stays as it was said when the rest is summarised. */
const KEPT_SHARE = 0.3;

/** Returns how many UTF-16 units of history, and of everything, a model is given at most. */
export function toContextChars(contextTokens: number | null): { history: number; all: number } {
  const chars = (contextTokens ?? DEFAULT_CONTEXT_TOKENS) * CHARS_PER_TOKEN;
  return { history: Math.floor(chars * HISTORY_SHARE), all: Math.floor(chars * FULL_SHARE) };
}

/**
 * Decides whether the oldest turns are summarised before the next request, and up to which turn. Null: all fits, or there is nothing but one
 * turn, which is shortened instead. The newest turn always stays.
 */
export function decideSummary(turns: readonly SizedTurn[], maxChars: number): { count: number; throughTaskId: TaskId } | null {
  if (turns.reduce((sum, { chars }) => sum + chars, 0) <= maxChars) return null;
  let kept = turns.length - 1;
  for (let chars = turns.at(-1)?.chars ?? 0; kept > 0; kept -= 1) {
    chars += turns[kept - 1]!.chars;
    if (chars > maxChars * KEPT_SHARE) break;
  }
  const throughTaskId = turns[kept - 1]?.taskId ?? null;
  return throughTaskId === null ? null : { count: kept, throughTaskId };
}
