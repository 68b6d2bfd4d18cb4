import type { Suggestion } from "./suggestion.ts";

/**
 * Decides whether Enter takes the highlighted suggestion, or goes on to send the text. What is written out already needs no completion, and
 * a guess counts only if the person moved to it with the keys.
 */
export function takesEnter(
  { words, isGuess = false }: Pick<Suggestion, "words" | "isGuess">,
  written: string,
  isMovedTo: boolean,
): boolean {
  return words !== written && (isMovedTo || !isGuess);
}
