import { countUtf8Bytes } from "../chats/count-utf8-bytes.ts";
import { cutText } from "../text/cut-text.ts";
import type { AgentEvent } from "./agent-event.ts";

/** Limits of what an agent may say, in bytes as they are stored: JSON in UTF-8. */
export interface TextLimits {
  /** Of one part, its ending included: what a row of the journal holds. */
  partBytes: number;
  /** Of all that a turn says, kept or not: beyond it the turn is to be stopped. */
  turnBytes: number;
}

/** A row holds 256 KB: a part's text and what stands around it. */
export const TEXT_LIMITS: TextLimits = { partBytes: 255 * 1024, turnBytes: 4 * 1024 * 1024 };

export const PART_ENDING = "\n\n[The rest is left out: this is longer than BooCode keeps of one answer.]";
const ENDING_BYTES = 100;

interface PartState {
  /** UTF-16 units and stored bytes of what was let through. */
  chars: number;
  bytes: number;
  isCut: boolean;
}

type Delta = Extract<AgentEvent, { type: "text.delta" | "thought.delta" }>;

/**
 * Lets a turn's text through up to its limits, whoever says it. A part that is too long ends readably, and the rest of it is dropped; what
 * is dropped counts for the turn, so that an answer without an end is noticed. Everything else passes.
 */
export class TextLimiter {
  readonly #limits: TextLimits;
  readonly #parts = new Map<string, PartState>();
  #turnBytes = 0;

  constructor(limits: TextLimits = TEXT_LIMITS) {
    this.#limits = limits;
  }

  /** The turn said more than any turn should: nothing of its text is let through any more. */
  get isFlooded(): boolean {
    return this.#turnBytes > this.#limits.turnBytes;
  }

  /** The event, what is left of it, or null for nothing. */
  limit(event: AgentEvent): AgentEvent | null {
    if (event.type === "text.delta" || event.type === "thought.delta") return this.#limitDelta(event);
    return event.type === "part.set" ? this.#limitPart(event) : event;
  }

  #limitDelta(event: Delta): Delta | null {
    const part = this.#find(event.partId);
    // What is told again is not said again.
    const isNew = event.offset + event.text.length > part.chars;
    const bytes = countStoredBytes(event.text);
    if (isNew) this.#turnBytes += bytes;
    if (part.isCut || this.isFlooded) return null;
    if (part.bytes + bytes <= this.#limits.partBytes - ENDING_BYTES) {
      if (isNew) {
        part.chars = event.offset + event.text.length;
        part.bytes += bytes;
      }
      return event;
    }
    part.isCut = true;
    return { ...event, text: this.#end(event.text, this.#limits.partBytes - ENDING_BYTES - part.bytes) };
  }

  #limitPart(event: Extract<AgentEvent, { type: "part.set" }>): AgentEvent | null {
    const part = this.#find(event.partId);
    const bytes = countStoredBytes(event.text);
    this.#turnBytes += Math.max(0, bytes - part.bytes);
    if (this.isFlooded && part.chars > 0) return null;
    const isWhole = bytes <= this.#limits.partBytes - ENDING_BYTES;
    const text = isWhole ? event.text : this.#end(event.text, this.#limits.partBytes - ENDING_BYTES);
    Object.assign(part, { chars: text.length, bytes: Math.min(bytes, this.#limits.partBytes), isCut: !isWhole });
    return { ...event, text };
  }

  #end(text: string, bytes: number): string {
    return `${cutToStoredBytes(text, bytes)}${PART_ENDING}`;
  }

  #find(partId: string): PartState {
    const known = this.#parts.get(partId);
    if (known) return known;
    const made: PartState = { chars: 0, bytes: 0, isCut: false };
    this.#parts.set(partId, made);
    return made;
  }
}

/** What says that a turn was stopped because it did not end by itself. */
export const FLOOD_MESSAGE = "It said more than 4 MB in one turn and did not end, so it was stopped.";

const countStoredBytes = (text: string) => countUtf8Bytes(JSON.stringify(text)) - 2;

function cutToStoredBytes(text: string, maxBytes: number): string {
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (countStoredBytes(cutText(text, middle)) <= maxBytes) low = middle;
    else high = middle - 1;
  }
  return cutText(text, low);
}
