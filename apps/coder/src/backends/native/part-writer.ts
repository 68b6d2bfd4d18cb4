import type { AgentEvent, PartKind } from "@boocode/shared/agents/agent-event";

/**
 * Turns a model's blocks of text and thought into parts with contiguous offsets, one part per block.
 *
 * White space before a block's first word is dropped, as are blocks of only white space: many models send line breaks around their calls.
 * Half a surrogate pair waits for the other half; if that never comes, a replacement character is written.
 */
export class PartWriter {
  readonly #emit: (event: AgentEvent) => void | Promise<void>;
  #parts = 0;
  #open: { kind: PartKind; partId: string; text: string } | null = null;
  /** Trailing white space or half a character, held back until more text arrives. */
  #pending = "";

  constructor(emit: (event: AgentEvent) => void | Promise<void>) {
    this.#emit = emit;
  }

  /** Ends the open part, if any; later text begins a new one. Returns the part's whole text. */
  end(): string {
    if (this.#open && this.#pending.trim() !== "") void this.#add(this.#open, this.#pending.trimEnd().toWellFormed());
    const text = this.#open?.text ?? "";
    this.#open = null;
    this.#pending = "";
    return text;
  }

  /** Turns the open part into a thought. */
  turnIntoThought(): void {
    const open = this.#open;
    this.end();
    if (open?.kind === "text" && open.text !== "")
      void this.#emit({ type: "part.set", partId: open.partId, kind: "thought", firstSeq: null, text: open.text });
  }

  /** Writes text. If it returns a promise, wait for it before writing more. */
  write(kind: PartKind, text: string): void | Promise<void> {
    if (this.#open && this.#open.kind !== kind) this.end();
    if (!this.#open) {
      const words = text.trimStart();
      if (words === "") return;
      this.#parts += 1;
      this.#open = { kind, partId: `part-${this.#parts}`, text: "" };
      return this.#add(this.#open, words);
    }
    return this.#add(this.#open, this.#pending + text);
  }

  #add(part: { kind: PartKind; partId: string; text: string }, text: string): void | Promise<void> {
    const words = text.replace(/[\uD800-\uDBFF]$/, "").trimEnd();
    this.#pending = text.slice(words.length);
    if (words === "") return;
    const offset = part.text.length;
    const whole = words.toWellFormed();
    part.text += whole;
    return this.#emit({ type: part.kind === "text" ? "text.delta" : "thought.delta", partId: part.partId, offset, text: whole });
  }
}
