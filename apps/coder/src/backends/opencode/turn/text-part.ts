import type { AgentEvent, PartKind } from "@boocode/shared/agents/agent-event";
import { stripTags, TagStripper } from "./tag-stripper.ts";

/**
 * One part of an answer on its way: opencode sends its text in pieces without a place, and now and then the whole of it.
 *
 * What was told is never told again; where the whole says something else than the pieces did, the part is set.
 */
export class TextPart {
  readonly #id: string;
  #kind: PartKind | null = null;
  /** As opencode said it, with its tags. */
  #raw = "";
  /** Pieces that came before it was known what they are of. */
  #early: string[] = [];
  #shownLength = 0;
  #stripper = new TagStripper();
  #isOver = false;
  #isBroken = false;

  constructor(id: string) {
    this.#id = id;
  }

  /** Something between may have been missed: pieces have no place any more, and wait for the whole. */
  breakOff(): void {
    if (!this.#isOver) this.#isBroken = true;
  }

  push(text: string): AgentEvent[] {
    if (this.#isOver || this.#isBroken) return [];
    if (this.#kind !== null) return this.#append(text);
    this.#early.push(text);
    return [];
  }

  /** The whole text as far as it is known upstream; `isOver`: there will be no other. */
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

  /** Nothing more comes: what looked like the beginning of a tag was text. */
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

/** opencode cuts off white space at the end of a text that is over: nothing a reader would miss or see. */
function isTrimmed(said: string, text: string): boolean {
  return said.startsWith(text) && said.slice(text.length).trim() === "";
}
