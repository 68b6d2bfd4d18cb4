import type { AgentEvent, PartKind } from "@boocode/shared/agents/agent-event";

/**
 * Turns a model's blocks of text and thought into parts with contiguous offsets, one part for each block.
 *
 * Space before a block's first word is left out, and so is a block of nothing but space: many models send line breaks around their calls.
 */
export class PartWriter {
  readonly #emit: (event: AgentEvent) => void | Promise<void>;
  #parts = 0;
  #open: { kind: PartKind; partId: string; text: string } | null = null;
  #pendingSpace = "";

  constructor(emit: (event: AgentEvent) => void | Promise<void>) {
    this.#emit = emit;
  }

  /** Ends the open part, if there is one; the next words begin another. Answers the part's whole text. */
  end(): string {
    const text = this.#open?.text ?? "";
    this.#open = null;
    this.#pendingSpace = "";
    return text;
  }

  /** What it answers, if anything, resolves when there is room for more. */
  write(kind: PartKind, text: string): void | Promise<void> {
    if (this.#open && this.#open.kind !== kind) this.end();
    if (!this.#open) {
      const words = text.trimStart();
      if (words === "") return;
      this.#parts += 1;
      this.#open = { kind, partId: `part-${this.#parts}`, text: "" };
      return this.#add(this.#open, words);
    }
    // Space at the end is held back until more comes.
    const spaced = this.#pendingSpace + text;
    return this.#add(this.#open, spaced);
  }

  #add(part: { kind: PartKind; partId: string; text: string }, text: string): void | Promise<void> {
    const words = text.trimEnd();
    this.#pendingSpace = text.slice(words.length);
    if (words === "") return;
    const offset = part.text.length;
    part.text += words;
    return this.#emit({ type: part.kind === "text" ? "text.delta" : "thought.delta", partId: part.partId, offset, text: words });
  }
}
