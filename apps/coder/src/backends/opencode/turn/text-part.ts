import type { AgentEvent, PartKind } from "@boocode/shared/agents/agent-event";
import { stripTags, TagStripper } from "./tag-stripper.ts";

/**
 * One streamed part of an answer. opencode sends its text in pieces without offsets, and sometimes the whole text.
 *
 * Text already reported is not repeated. If the whole text differs from the pieces, the part is replaced.
 */
export class TextPart {
  readonly #id: string;
  #kind: PartKind | null = null;
  /** The text as opencode sent it, with tags. */
  #raw = "";
  /** Pieces that arrived before the kind of part was known. */
  #early: string[] = [];
  #shownLength = 0;
  #stripper = new TagStripper();
  #isOver = false;
  #isBroken = false;

  constructor(id: string) {
    this.#id = id;
  }

  /** Handles a possible gap: later pieces cannot be placed, so they wait for the whole text. */
  breakOff(): void {
    if (!this.#isOver) this.#isBroken = true;
  }

  push(text: string): AgentEvent[] {
    if (this.#isOver || this.#isBroken) return [];
    if (this.#kind !== null) return this.#append(text);
    this.#early.push(text);
    return [];
  }

  /** Applies the whole text known upstream so far. `isOver` says that it is final. */
  set(kind: PartKind, text: string, isOver: boolean): AgentEvent[] {
    this.#kind ??= kind;
    const events = this.#early.splice(0).flatMap((piece) => this.#append(piece));
    if (text.length > this.#raw.length && text.startsWith(this.#raw)) events.push(...this.#append(text.slice(this.#raw.length)));
    else if (isOver && text !== this.#raw && !isTrimmed(this.#raw, text)) return this.#replace(text);
    if (isOver && !this.#isOver) {
      this.#isOver = true;
      events.push(...this.#show(this.#stripper.end()));
    }
    return events;
  }

  /** Makes a part for what may still follow after this one was ended; the text that is known is not reported again. */
  rest(): TextPart {
    const rest = new TextPart(this.#id);
    rest.#kind = this.#kind;
    rest.#raw = this.#raw;
    return rest;
  }

  /** Ends the part: held-back text that looked like the beginning of a tag was ordinary text. */
  end(): AgentEvent[] {
    if (this.#isOver || this.#kind === null) return [];
    this.#isOver = true;
    return this.#show(this.#stripper.end());
  }

  #append(text: string): AgentEvent[] {
    this.#raw += text;
    return this.#show(this.#stripper.push(text));
  }

  #replace(raw: string): AgentEvent[] {
    const text = stripTags(raw);
    this.#raw = raw;
    this.#isOver = true;
    this.#shownLength = text.length;
    return [{ type: "part.set", partId: this.#id, kind: this.#kind ?? "text", firstSeq: null, text }];
  }

  #show(text: string): AgentEvent[] {
    if (text === "") return [];
    const offset = this.#shownLength;
    this.#shownLength += text.length;
    return [{ type: this.#kind === "thought" ? "thought.delta" : "text.delta", partId: this.#id, offset, text }];
  }
}

/** Whether only trailing white space differs. opencode trims it from a finished text, and readers cannot see it. */
function isTrimmed(said: string, text: string): boolean {
  return said.startsWith(text) && said.slice(text.length).trim() === "";
}
