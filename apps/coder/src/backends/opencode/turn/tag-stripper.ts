const OPEN = "<dcp-message-id>";
const CLOSE = "</dcp-message-id>";

/**
 * Removes `<dcp-message-id>…</dcp-message-id>`, which a context-pruning plugin adds to answers, from streamed text. Text that may begin a
 * tag is held back until it is clear.
 */
export class TagStripper {
  #held = "";
  #isInside = false;

  /** Returns the additional text that can be shown now. */
  push(text: string): string {
    let rest = this.#held + text;
    let shown = "";
    for (;;) {
      const tag = this.#isInside ? CLOSE : OPEN;
      const place = rest.indexOf(tag);
      if (place < 0) break;
      if (!this.#isInside) shown += rest.slice(0, place);
      rest = rest.slice(place + tag.length);
      this.#isInside = !this.#isInside;
    }
    const heldLength = overlap(rest, this.#isInside ? CLOSE : OPEN);
    this.#held = rest.slice(rest.length - heldLength);
    return this.#isInside ? shown : shown + rest.slice(0, rest.length - heldLength);
  }

  /** Returns the held-back text at the end of the stream. An unclosed tag is dropped with its content. */
  end(): string {
    const rest = this.#isInside ? "" : this.#held;
    this.#held = "";
    return rest;
  }
}

/** Removes the tags from a complete text. */
export function stripTags(text: string): string {
  const stripper = new TagStripper();
  return stripper.push(text) + stripper.end();
}

/** The length of the longest suffix of `text` that is a prefix of `tag`. */
function overlap(text: string, tag: string): number {
  const from = text.lastIndexOf("<");
  if (from < 0 || text.length - from >= tag.length) return 0;
  return tag.startsWith(text.slice(from)) ? text.length - from : 0;
}
