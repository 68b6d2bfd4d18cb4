import type { SessionId } from "@boocode/shared/ids";
import { useId, useLayoutEffect, useState, type KeyboardEvent, type RefObject } from "react";
import { complete, findTrigger, type Trigger } from "./find-trigger.ts";
import type { Suggestion, Suggestions } from "./suggestion.ts";
import { takesEnter } from "./takes-enter.ts";
import { useFileSuggestions } from "./use-file-suggestions.ts";

type MenuInput = {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  onText: (text: string) => void;
  /** The session whose files are offered. */
  sessionId: SessionId;
  /** Returns what to offer for a word with a slash; null to offer nothing. */
  suggestSlash: (query: string) => Suggestions | null;
};

/** An open menu, as it is drawn. */
export interface OpenMenu {
  id: string;
  shown: Suggestions;
  /** The place of the highlighted suggestion among all. */
  active: number;
  onActive: (place: number) => void;
  onPick: (suggestion: Suggestion) => void;
}

const keyOf = ({ kind, from }: Trigger) => `${kind} ${from}`;

/** The menu over a text field: what it offers at the caret, and what keys do to it. It is open while the field has the focus. */
export function useComposerMenu({ field, text, onText, sessionId, suggestSlash }: MenuInput) {
  const id = useId();
  const [caret, setCaret] = useState(0);
  const [isFocused, setFocused] = useState(false);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [highlight, setHighlight] = useState({ query: "", place: 0, isByKey: false });
  const [completed, setCompleted] = useState<{ caret: number } | null>(null);
  useLayoutEffect(() => {
    if (completed) field.current?.setSelectionRange(completed.caret, completed.caret);
  }, [field, completed]);

  const found = isFocused ? findTrigger(text, Math.min(caret, text.length)) : null;
  const trigger = found && keyOf(found) !== dismissed ? found : null;
  const files = useFileSuggestions(sessionId, trigger?.kind === "mention" ? trigger.query : null);
  const shown = trigger?.kind === "slash" ? suggestSlash(trigger.query) : files;
  const all = shown?.groups.flatMap(({ suggestions }) => suggestions) ?? [];
  const isOpen = trigger !== null && shown !== null && (all.length > 0 || shown.note !== null);
  const active = highlight.query === trigger?.query ? Math.min(highlight.place, all.length - 1) : 0;

  const note = (written: string, place: number) => {
    setCaret(place);
    const now = findTrigger(written, place);
    if (now === null || keyOf(now) !== dismissed) setDismissed(null);
  };
  const pick = (suggestion: Suggestion) => {
    if (trigger === null) return;
    const done = complete(text, trigger, suggestion.words);
    setCaret(done.caret);
    onText(done.text);
    setCompleted({ caret: done.caret });
    field.current?.focus();
  };
  const highlightAt = (place: number, isByKey = false) => trigger && setHighlight({ query: trigger.query, place, isByKey });

  /** Handles a key, if it is for the menu. Returns whether it was. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!isOpen || trigger === null || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "Escape") {
      event.preventDefault();
      setDismissed(keyOf(trigger));
      return true;
    }
    const chosen = all[active];
    if (chosen === undefined || event.shiftKey) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      highlightAt((active + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length, true);
      return true;
    }
    const isMovedTo = highlight.isByKey && highlight.query === trigger.query;
    const isTaken = takesEnter(chosen, text.slice(trigger.from, trigger.to), isMovedTo);
    if (event.key === "Tab" || (event.key === "Enter" && isTaken)) {
      event.preventDefault();
      pick(chosen);
      return true;
    }
    return false;
  };

  const menu: OpenMenu | null = isOpen ? { id, shown, active, onActive: (place) => highlightAt(place), onPick: pick } : null;
  return {
    menu,
    onKeyDown,
    /** What the field needs to know and to tell. */
    fieldProps: {
      "aria-autocomplete": "list" as const,
      "aria-haspopup": "listbox" as const,
      ...(isOpen ? { "aria-controls": id, "data-own-escape": "" } : {}),
      ...(isOpen && all.length > 0 ? { "aria-activedescendant": optionId(id, active) } : {}),
      onFocus: () => setFocused(true),
      onBlur: () => setFocused(false),
      onSelect: ({ currentTarget }: { currentTarget: HTMLTextAreaElement }) => note(currentTarget.value, currentTarget.selectionEnd),
    },
    /** Call it with each text that is written, and where the caret is then. */
    onWritten: note,
  };
}

/** The id of a suggestion's element, by its place. */
export const optionId = (menuId: string, place: number): string => `${menuId}-${place}`;
