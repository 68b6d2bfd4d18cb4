/** A run of an answer's text or thought, or the signal that all text so far was thought. */
export type TextPiece = { kind: "text" | "thought"; text: string } | { kind: "was_thought" };

const TAGS = "think|thinking|thought|seed:think";
const OPENING = new RegExp(`^[ \\t]{0,8}<(${TAGS})>`);
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** The beginning of a line that may still become a tag or a fence. */
const UNDECIDED = /^[ \t]{0,8}(?:`{0,2}|~{0,2}|<[a-z:]{0,12})$/;
const CLOSING = new RegExp(`</(?:${TAGS})>`);
const UNDECIDED_CLOSING = /`?<\/?[a-z:]{0,12}$|`$/;

/**
 * Separates thoughts written as `<think>…</think>` from the text around them, in pieces of any size.
 *
 * A tag counts only at the beginning of a line and outside fenced code blocks; elsewhere it is part of the text. A closing tag without an
 * opening one means that the opening tag was in the model's template, so everything before it was thought.
 */
export class ThoughtSplitter {
  #held = "";
  /** The tag that is open. */
  #tag: string | null = null;
  #fence: string | null = null;
  #isAtLineStart = true;
  /** True after a tag, or if the server sends thoughts separately. A closing tag without an opening one is then text. */
  #isSettled = false;
  #isOff = false;

  /** Turns the splitter off because the server sends thoughts separately; tags are then text. */
  turnOff(): void {
    this.#isOff = true;
  }

  push(text: string): TextPiece[] {
    if (text === "") return [];
    if (this.#isOff) return [...this.end(), { kind: "text", text }];
    const pieces: TextPiece[] = [];
    let rest = this.#held + text;
    this.#held = "";
    while (rest !== "") {
      const left = this.#tag === null ? this.#readText(rest, pieces) : this.#readThought(rest, pieces);
      if (left === rest) {
        this.#held = rest;
        break;
      }
      rest = left;
    }
    return pieces;
  }

  /** Returns the held-back text at the end of the stream. */
  end(): TextPiece[] {
    const text = this.#held;
    this.#held = "";
    return text === "" ? [] : [{ kind: this.#tag === null ? "text" : "thought", text }];
  }

  #readThought(rest: string, pieces: TextPiece[]): string {
    const closing = `</${this.#tag}>`;
    const place = rest.indexOf(closing);
    if (place !== -1) {
      add(pieces, "thought", rest.slice(0, place));
      this.#tag = null;
      this.#isAtLineStart = true;
      return rest.slice(place + closing.length);
    }
    const held = heldLength(rest, closing);
    add(pieces, "thought", rest.slice(0, rest.length - held));
    return rest.slice(rest.length - held);
  }

  /** Reads one line, or the part that has arrived. Returns the unread rest, which is everything if more text is needed. */
  #readText(rest: string, pieces: TextPiece[]): string {
    if (this.#isAtLineStart) {
      if (UNDECIDED.test(rest)) return rest;
      const tag = this.#fence === null ? OPENING.exec(rest) : null;
      if (tag) {
        this.#tag = tag[1] ?? null;
        this.#isSettled = true;
        return rest.slice(tag[0].length);
      }
      this.#noteFence(FENCE.exec(rest)?.[1]);
    }
    const lineEnd = rest.indexOf("\n") + 1;
    const line = lineEnd === 0 ? rest : rest.slice(0, lineEnd);
    if (!this.#isSettled && this.#fence === null) {
      const closing = CLOSING.exec(line);
      if (closing && line[closing.index - 1] !== "`") {
        add(pieces, "text", line.slice(0, closing.index));
        pieces.push({ kind: "was_thought" });
        this.#isSettled = true;
        this.#isAtLineStart = true;
        return rest.slice(closing.index + closing[0].length);
      }
      const undecided = lineEnd === 0 ? (UNDECIDED_CLOSING.exec(line)?.index ?? line.length) : line.length;
      add(pieces, "text", line.slice(0, undecided));
      this.#isAtLineStart = lineEnd !== 0 || (this.#isAtLineStart && undecided === 0);
      return rest.slice(undecided);
    }
    add(pieces, "text", line);
    this.#isAtLineStart = lineEnd !== 0;
    return rest.slice(line.length);
  }

  #noteFence(marks: string | undefined): void {
    if (marks === undefined) return;
    if (this.#fence === null) this.#fence = marks;
    else if (marks.startsWith(this.#fence)) this.#fence = null;
  }
}

/** Removes the thoughts from a complete text. */
export function withoutThoughts(text: string): string {
  const splitter = new ThoughtSplitter();
  let said = "";
  for (const piece of [...splitter.push(text), ...splitter.end()]) {
    if (piece.kind === "text") said += piece.text;
    else if (piece.kind === "was_thought") said = "";
  }
  return said.trim();
}

function add(pieces: TextPiece[], kind: "text" | "thought", text: string): void {
  if (text !== "") pieces.push({ kind, text });
}

/** The length of the suffix that could be the beginning of `tag`. */
function heldLength(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1) if (text.endsWith(tag.slice(0, length))) return length;
  return 0;
}
