import type { ReactNode } from "react";

/** One thing that a menu over the composer offers. */
export interface Suggestion {
  id: string;
  label: string;
  icon?: ReactNode;
  /** What may follow it. */
  hint?: string;
  detail?: string;
  /** Where it is from. */
  origin?: string;
  /** What picking it writes. */
  words: string;
  /** True if it only resembles what was typed: Enter then sends the text, unless the person moved to it. */
  isGuess?: boolean;
}

/** Suggestions under one heading. */
export interface SuggestionGroup {
  heading: string;
  suggestions: readonly Suggestion[];
}

/** What a menu shows. It is closed if there is neither a suggestion nor a note. */
export interface Suggestions {
  /** What the list is called. */
  label: string;
  groups: readonly SuggestionGroup[];
  /** A sentence below the list; null without. */
  note: string | null;
}
