import { countUtf8Bytes } from "../chats/count-utf8-bytes.ts";
import { cutText } from "../text/cut-text.ts";
import type { AgentEvent } from "./agent-event.ts";

/** Limits of an agent's text, in stored bytes: JSON in UTF-8. */
export interface TextLimits {
  /** The limit of one part including its ending, so that it fits a journal row. */
  partBytes: number;
  /** The limit of all text of a turn, kept or dropped; a turn that exceeds it is stopped. */
  turnBytes: number;
}

/** A row holds 256 KB: the text of a part and its fields. */
export const TEXT_LIMITS: TextLimits = { partBytes: 255 * 1024, turnBytes: 4 * 1024 * 1024 };

export const PART_ENDING = "\n\n[The rest was cut: this answer exceeds the size BooCode stores.]";
const ENDING_BYTES = 100;

interface PartState {
  /** UTF-16 units and stored bytes that passed. */
  chars: number;
  bytes: number;
  isCut: boolean;
}

type Delta = Extract<AgentEvent, { type: "text.delta" | "thought.delta" }>;

/**
 * Limits the text of a turn, for any agent. A part that is too long gets a readable ending, and the rest of it is dropped. Dropped text
 * counts towards the turn's limit, so that an endless answer is detected. All other events pass.
 */
export class TextLimiter {
  readonly #limits: TextLimits;
  readonly #parts = new Map<string, PartState>();
  #turnBytes = 0;

  constructor(limits: TextLimits = TEXT_LIMITS) {
    this.#limits = limits;
  }

  /** Whether the turn exceeded its limit. From then on all its text is dropped. */
  get isFlooded(): boolean {
    return this.#turnBytes > this.#limits.turnBytes;
  }

  /** Returns the event, shortened if necessary, or null if it is dropped. */
  limit(event: AgentEvent): AgentEvent | null {
    if (event.type === "text.delta" || event.type === "thought.delta") return this.#limitDelta(event);
    return event.type === "part.set" ? this.#limitPart(event) : event;
  }

  #limitDelta(event: Delta): Delta | null {
    const part = this.#find(event.partId);
    // Repeated text does not count again.
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

/** The message of a turn that was stopped because its answer did not end. */
export const FLOOD_MESSAGE = "The turn was stopped because its output exceeded 4 MB.";

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
