/** What the field of a composer holds when an arrow key is pressed. */
export interface RecallInput {
  /** The prompts of the chat, the newest first, none twice. */
  prompts: readonly string[];
  /** The place of the recalled prompt; null if none is. */
  at: number | null;
  text: string;
  caret: number;
}

/** What the field then holds; `at` is null once the person has gone beyond the newest one. */
export interface Recalled {
  at: number | null;
  text: string;
}

/**
 * Decides what the up and down keys bring back from the history of prompts, as in a shell: from an empty field, and from a recalled prompt that
 * was not changed. Null: the key moves the caret as usual, because the field holds something of its own or another line is in that direction.
 */
export function decideRecall({ prompts, at, text, caret }: RecallInput, key: "ArrowUp" | "ArrowDown"): Recalled | null {
  const isRecalled = at !== null && prompts[at] === text;
  if (text !== "" && !isRecalled) return null;
  const now = isRecalled ? at : -1;
  if (key === "ArrowUp") {
    const next = now + 1;
    if (text.slice(0, caret).includes("\n") || next >= prompts.length) return null;
    return { at: next, text: prompts[next]! };
  }
  if (!isRecalled || text.slice(caret).includes("\n")) return null;
  return now === 0 ? { at: null, text: "" } : { at: now - 1, text: prompts[now - 1]! };
}
