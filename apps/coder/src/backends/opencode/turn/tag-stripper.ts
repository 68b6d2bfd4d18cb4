const OPEN = "<dcp-message-id>";
const CLOSE = "</dcp-message-id>";

/**
 * Takes `<dcp-message-id>…</dcp-message-id>`, which a context-pruning plugin puts into the answers, out of a text that comes in
 * pieces: what may be the beginning of a tag is held back until it is known.
 */
export class TagStripper {
  #held = "";
  #isInside = false;

  /** What of the text so far can be shown now, in addition to what was given before. */
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

  /** What was held back, once nothing more comes. A tag that was never closed is gone with what it held. */
  end(): string {
    const rest = this.#isInside ? "" : this.#held;
    this.#held = "";
    return rest;
  }
}

/** A whole text without the tags. */
export function stripTags(text: string): string {
  const stripper = new TagStripper();
  return stripper.push(text) + stripper.end();
}

/** Length of the longest end of `text` that is a beginning of `tag`. */
function overlap(text: string, tag: string): number {
  const from = text.lastIndexOf("<");
  if (from < 0 || text.length - from >= tag.length) return 0;
  return tag.startsWith(text.slice(from)) ? text.length - from : 0;
}
