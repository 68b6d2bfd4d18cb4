import { KEPT_OUTPUT_UNITS } from "@boocode/shared/terminals/terminal";
import { OutputRing, type OutputPiece } from "@boocode/shared/terminals/output-ring";
import type { Time } from "../platform/time.ts";
import type { UnwatchedPace } from "./unwatched-pace.ts";

export interface TerminalOutputDeps {
  time: Pick<Time, "after">;
  /** Hands out how fast terminals go that no page keeps up with. */
  pace: UnwatchedPace;
  /** Names this stream. */
  stream: string;
  /** Lets the program write on, by so many units. */
  take(units: number): void;
  /** Called when `hasUnseen` changes. */
  onUnseen(): void;
}

/** The place of one reader. */
export interface Seat {
  /** Says how far the reader has come. */
  moveTo(place: number): void;
  /** `isBack`: it will go on from here in a moment. */
  leave(isBack: boolean): void;
}

interface Taken {
  at: number;
  wake: () => void;
}

/** How far a program may be ahead of the reader who is furthest. */
const MAX_AHEAD = 131_072;
/** How long a program waits for readers that do not move, and for one that will come back. */
const PATIENCE_MS = 1_000;

/**
 * The output of one terminal: its newest part is kept, and a program is slowed to the reader who is furthest. Readers that stand still do
 * not hold it up: what they miss is lost to them, visibly. Without a reader it goes on at a bounded pace.
 */
export class TerminalOutput {
  readonly #deps: TerminalOutputDeps;
  readonly #ring = new OutputRing(KEPT_OUTPUT_UNITS);
  readonly #seats = new Set<Taken>();
  readonly #expected = new Map<Taken, () => void>();
  #owed = 0;
  #isPaced = false;
  /** Stops waiting for readers that do not move. */
  #stopPatience: (() => void) | null = null;
  #stalledAt = -1;
  #hasUnseen = false;
  #isClosed = false;

  constructor(deps: TerminalOutputDeps) {
    this.#deps = deps;
  }

  get stream(): string {
    return this.#deps.stream;
  }

  get end(): number {
    return this.#ring.end;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether it has grown while nobody read it. */
  get hasUnseen(): boolean {
    return this.#hasUnseen;
  }

  get isOnSecondScreen(): boolean {
    return this.#ring.isOnSecondScreen;
  }

  /** Adds what the program wrote. The program may write as much again once `take` was called for it. */
  append(text: string): void {
    if (this.#isClosed) return;
    this.#ring.append(text);
    this.#owed += text.length;
    for (const { wake } of this.#seats) wake();
    if (this.#seats.size === 0 && this.#expected.size === 0) this.#noteUnseen(true);
    this.#settle();
  }

  /** Adds words of BooCode's own, which no program waits for. */
  note(text: string): void {
    this.append(text);
    this.#owed = 0;
  }

  read(place: number, maxUnits: number): OutputPiece | null {
    return this.#ring.read(place, maxUnits);
  }

  /** Seats a reader at a place. `wake` is called whenever there is more, and when the terminal is closed. */
  sit(at: number, wake: () => void): Seat {
    for (const [taken, stop] of this.#expected) {
      stop();
      this.#expected.delete(taken);
    }
    const taken: Taken = { at, wake };
    this.#seats.add(taken);
    this.#noteUnseen(false);
    return {
      moveTo: (place) => {
        taken.at = place;
        this.#settle();
      },
      leave: (isBack) => {
        if (!this.#seats.delete(taken)) return;
        if (isBack && !this.#isClosed) {
          const stop = this.#deps.time.after(PATIENCE_MS, () => {
            this.#expected.delete(taken);
            this.#settle();
          });
          this.#expected.set(taken, stop);
        }
        this.#settle();
      },
    };
  }

  /** Forgets everything. Readers are woken, and find it closed. */
  close(): void {
    this.#isClosed = true;
    this.#owed = 0;
    this.#stopPatience?.();
    for (const stop of this.#expected.values()) stop();
    this.#expected.clear();
    for (const { wake } of this.#seats) wake();
  }

  /** Lets the program write on, now or later. */
  #settle(): void {
    if (this.#owed === 0 || this.#isClosed) return;
    const furthest = Math.max(-1, ...[...this.#seats, ...this.#expected.keys()].map(({ at }) => at));
    const isWatched = furthest > this.#stalledAt;
    if (isWatched) {
      if (this.#ring.end - furthest <= MAX_AHEAD) this.#pay();
      else this.#stopPatience ??= this.#deps.time.after(PATIENCE_MS, () => this.#losePatience(furthest));
      return;
    }
    if (this.#isPaced) return;
    this.#isPaced = true;
    this.#deps.pace.wait(() => {
      this.#isPaced = false;
      this.#pay();
    });
  }

  /** Whoever has not come further than this does not count until they move. */
  #losePatience(before: number): void {
    this.#stopPatience = null;
    const furthest = Math.max(-1, ...[...this.#seats, ...this.#expected.keys()].map(({ at }) => at));
    if (furthest <= before) this.#stalledAt = before;
    this.#settle();
  }

  #pay(): void {
    this.#stopPatience?.();
    this.#stopPatience = null;
    const units = this.#owed;
    this.#owed = 0;
    if (units > 0) this.#deps.take(units);
  }

  #noteUnseen(hasUnseen: boolean): void {
    if (this.#hasUnseen === hasUnseen) return;
    this.#hasUnseen = hasUnseen;
    this.#deps.onUnseen();
  }
}
