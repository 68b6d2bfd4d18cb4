import { TerminalModes } from "../text/terminal-output/terminal-modes.ts";

/** A piece of a terminal's output. Places count UTF-16 code units since the terminal's stream began. */
export interface OutputPiece {
  offset: number;
  text: string;
  /** How much between the place that was asked for and `offset` is no longer kept. */
  lost: number;
  /** Where something was lost, or the reader begins after the beginning: what puts its terminal into the modes of this place. */
  prelude: string;
}

/** Pieces smaller than this are joined. */
const JOINED_UNITS = 8_192;

/**
 * The newest output of a terminal, bounded. What is too old is dropped in whole pieces, so a reader can begin at what is left without
 * beginning inside a sequence. The pieces must come from a `TerminalFilter`.
 */
export class OutputRing {
  readonly #maxUnits: number;
  #pieces: string[] = [];
  #first = 0;
  #start = 0;
  #end = 0;
  readonly #dropped = new TerminalModes();
  readonly #now = new TerminalModes();

  constructor(maxUnits: number) {
    this.#maxUnits = maxUnits;
  }

  /** The place of the oldest output that is kept. */
  get start(): number {
    return this.#start;
  }

  /** The place after the newest output. */
  get end(): number {
    return this.#end;
  }

  /** Whether a program shows the second screen now. */
  get isOnSecondScreen(): boolean {
    return this.#now.isOnSecondScreen;
  }

  append(text: string): void {
    if (text === "") return;
    this.#now.apply(text);
    this.#end += text.length;
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.length + text.length <= JOINED_UNITS) this.#pieces[this.#pieces.length - 1] = last + text;
    else this.#pieces.push(text);
    // The newest piece stays, whatever its size: it is bounded by who reads the program's output.
    while (this.#end - this.#start > this.#maxUnits && this.#first < this.#pieces.length - 1) this.#drop();
  }

  /**
   * Returns at most `maxUnits` of what follows a place; null if there is nothing yet. A place before the beginning continues at the oldest
   * output that is kept.
   */
  read(place: number, maxUnits: number): OutputPiece | null {
    if (place >= this.#end) return null;
    const offset = Math.max(place, this.#start);
    let at = this.#start;
    const taken: string[] = [];
    let room = maxUnits;
    for (let index = this.#first; index < this.#pieces.length && room > 0; index += 1) {
      const piece = this.#pieces[index]!;
      const from = Math.max(0, offset - at);
      if (from < piece.length) {
        const part = piece.slice(from, from + room);
        taken.push(part);
        room -= part.length;
      }
      at += piece.length;
    }
    const lost = offset - place;
    return { offset, text: taken.join(""), lost, prelude: lost > 0 ? this.#dropped.toPrelude() : "" };
  }

  #drop(): void {
    const piece = this.#pieces[this.#first]!;
    this.#dropped.apply(piece);
    this.#start += piece.length;
    this.#pieces[this.#first] = "";
    this.#first += 1;
    if (this.#first > 256) {
      this.#pieces = this.#pieces.slice(this.#first);
      this.#first = 0;
    }
  }
}
