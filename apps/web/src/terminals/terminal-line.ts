import type { TerminalFrame } from "@boocode/shared/terminals/terminal";

/** Where a reader goes on in a terminal's output; empty before the first frame. */
export type TerminalPlace = { stream: string; offset: number } | Record<string, never>;

/** A piece of output to draw. */
export interface TerminalPiece {
  text: string;
  /** The reader's screen shows another stream: it begins anew. */
  isAnew: boolean;
  /** How much before this piece is gone, in UTF-16 code units. */
  lost: number;
  /** Puts the screen into the modes of this piece, where something is gone. */
  prelude: string;
}

/** Returns what of a frame is new for a reader, and where the reader then is. A frame may come again after a lost connection. */
export function toPiece(place: TerminalPlace, frame: TerminalFrame): { piece: TerminalPiece; place: TerminalPlace } {
  const isSame = "stream" in place && place.stream === frame.stream;
  const from = isSame ? place.offset : 0;
  const known = Math.max(0, from - frame.offset);
  const lost = Math.max(0, frame.offset - from);
  const end = Math.max(from, frame.offset + frame.text.length);
  return {
    piece: { text: frame.text.slice(known), isAnew: "stream" in place && !isSame, lost, prelude: lost > 0 ? frame.prelude : "" },
    place: { stream: frame.stream, offset: end },
  };
}

export interface TerminalLineDeps {
  /** Delivers frames from a place on, until the returned function is called. `onStopped`: null if the round is over. */
  subscribe(place: TerminalPlace, sink: { onFrame(frame: TerminalFrame): void; onStopped(error: unknown): void }): () => void;
  /** Draws a piece; resolves when it is drawn. */
  draw(piece: TerminalPiece): Promise<void>;
  /** Waits before the next attempt after an error; null: there is nothing to wait for. */
  wait(error: unknown, attempt: number): Promise<void> | null;
  /** Types a text into the terminal. Rejects if it was not typed, or nobody knows. */
  type(text: string): Promise<unknown>;
  /** Called with what was not typed. */
  onUntyped(error: unknown): void;
}

/** The most that is typed at once. */
const MAX_TYPED = 32_768;

/**
 * What goes between a terminal and its screen. Output comes in rounds, and the next is asked for when the last one is drawn, so a screen is
 * never sent more than it can draw. Input goes one piece after the other, so that no key overtakes another.
 */
export class TerminalLine {
  readonly #deps: TerminalLineDeps;
  #place: TerminalPlace = {};
  #drawn: Promise<void> = Promise.resolve();
  #stop: (() => void) | null = null;
  #attempt = 0;
  #isClosed = false;
  #untyped = "";
  #isTyping = false;

  constructor(deps: TerminalLineDeps) {
    this.#deps = deps;
    this.#ask();
  }

  /** Types a text, after all that was typed before. */
  type(text: string): void {
    this.#untyped += text;
    if (!this.#isTyping) void this.#typeOn();
  }

  /** Ends the output. What was typed before is still sent. */
  close(): void {
    this.#isClosed = true;
    this.#stop?.();
  }

  #ask(): void {
    if (this.#isClosed) return;
    this.#stop = this.#deps.subscribe(this.#place, {
      onFrame: (frame) => {
        if (this.#isClosed) return;
        this.#attempt = 0;
        const { piece, place } = toPiece(this.#place, frame);
        this.#place = place;
        this.#drawn = this.#drawn.then(() => (this.#isClosed ? undefined : this.#deps.draw(piece)));
      },
      onStopped: (error) => void this.#askAgain(error),
    });
  }

  async #askAgain(error: unknown): Promise<void> {
    await this.#drawn;
    if (error !== null) {
      const due = this.#deps.wait(error, ++this.#attempt);
      if (due === null) return;
      await due;
    }
    this.#ask();
  }

  async #typeOn(): Promise<void> {
    this.#isTyping = true;
    try {
      while (this.#untyped !== "") {
        const text = cutTyped(this.#untyped);
        this.#untyped = this.#untyped.slice(text.length);
        await this.#deps.type(text);
      }
    } catch (error) {
      // Later keys without the earlier ones would be another command.
      this.#untyped = "";
      this.#deps.onUntyped(error);
    } finally {
      this.#isTyping = false;
    }
  }
}

/** Returns as much of a text as is typed at once, without the first half of a character that the second half would follow. */
function cutTyped(text: string): string {
  if (text.length <= MAX_TYPED) return text;
  const isInside = /[\ud800-\udbff]/.test(text.charAt(MAX_TYPED - 1));
  return text.slice(0, isInside ? MAX_TYPED - 1 : MAX_TYPED);
}
