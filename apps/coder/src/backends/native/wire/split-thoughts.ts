/** A run of an answer's text: what it says, what it only thinks, or word that all text so far was thought. */
export type TextPiece = { kind: "text" | "thought"; text: string } | { kind: "was_thought" };

const TAGS = "think|thinking|thought|seed:think";
const OPENING = new RegExp(`^[ \\t]{0,8}<(${TAGS})>`);
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** What could still become a tag or a fence when more comes. */
const UNDECIDED = /^[ \t]{0,8}(?:`{0,2}|~{0,2}|<[a-z:]{0,12})$/;
const CLOSING = new RegExp(`</(?:${TAGS})>`);
const UNDECIDED_CLOSING = /`?<\/?[a-z:]{0,12}$|`$/;

/**
 * Tells thoughts from the text they are written into, as `<think>…</think>`, however it is cut into pieces.
 *
 * A tag counts at the beginning of a line and outside of a fenced block of code: elsewhere somebody writes about it. An end without a
 * beginning means that the beginning stood in the model's template: then everything before it was thought.
 */
export class ThoughtSplitter {
  #held = "";
  /** The tag that is open. */
  #tag: string | null = null;
  #fence: string | null = null;
  #isAtLineStart = true;
  /** There were tags, or the server tells thoughts by themselves: an end without a beginning is text. */
  #isSettled = false;
  #isOff = false;

  /** The server tells thoughts by themselves: in text, tags are text. */
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

  /** What was held back, when no more comes. */
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

  /** Reads one line, or what there is of it. Answers what is left: all of it where more has to come first. */
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

/** A whole text without what was only thought in it. */
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

/** How much of the end could be the beginning of `tag`. */
function heldLength(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1) if (text.endsWith(tag.slice(0, length))) return length;
  return 0;
}
