/** Modes that are on in a new terminal. */
const ON_AT_FIRST = new Set([7, 25]);
/** The modes of the second screen: they come first, because they change what the others apply to. */
const SCREENS = new Set([47, 1047, 1049]);
/** The modes that report the mouse, and how they write it. A soft reset leaves them on. */
const MICE = new Set([9, 1000, 1002, 1003, 1005, 1006, 1015, 1016]);
// oxlint-disable-next-line no-control-regex -- It finds sequences.
const CHANGES = /\u001b(?:\[\?([\d;]+)([hl])|\[!p|([c=>]))/g;

/**
 * Returns the output that takes a terminal out of what programs have left on, without clearing it. `isOnSecondScreen`: whether it shows the
 * second screen; leaving that also puts the cursor back, which elsewhere would be a jump to the top.
 */
export function toModeReset(isOnSecondScreen: boolean): string {
  const mice = [...MICE].map((mode) => `\u001b[?${mode}l`).join("");
  return `${isOnSecondScreen ? "\u001b[?1049l" : ""}${mice}\u001b[!p`;
}

/** The modes in which a terminal is after some output. A reader who begins in the middle is put into them. */
export class TerminalModes {
  readonly #modes = new Map<number, boolean>();
  #hasKeypad = false;

  /** Applies output of a `TerminalFilter`, which must not begin or end inside a sequence. */
  apply(text: string): void {
    if (!text.includes("\u001b")) return;
    for (const [whole, numbers, final, single] of text.matchAll(CHANGES)) {
      if (numbers !== undefined) for (const mode of numbers.split(";")) this.#set(Number(mode), final === "h");
      else if (single === "=" || single === ">") this.#hasKeypad = single === "=";
      else this.#reset(whole.endsWith("c"));
    }
  }

  /** Whether a program shows the second screen, as editors and pagers do. */
  get isOnSecondScreen(): boolean {
    return [...SCREENS].some((mode) => this.#modes.get(mode) === true);
  }

  /** Returns the output that puts a new terminal into these modes. */
  toPrelude(): string {
    const inOrder = [...this.#modes].toSorted(([a], [b]) => Number(SCREENS.has(b)) - Number(SCREENS.has(a)) || a - b);
    return `${inOrder.map(([mode, isOn]) => `\u001b[?${mode}${isOn ? "h" : "l"}`).join("")}${this.#hasKeypad ? "\u001b=" : ""}`;
  }

  #set(mode: number, isOn: boolean): void {
    // There is one second screen, whichever mode shows or leaves it.
    if (SCREENS.has(mode)) for (const screen of SCREENS) this.#modes.delete(screen);
    if (isOn === ON_AT_FIRST.has(mode)) this.#modes.delete(mode);
    else this.#modes.set(mode, isOn);
  }

  #reset(isWhole: boolean): void {
    this.#hasKeypad = false;
    for (const mode of this.#modes.keys()) if (isWhole || !(SCREENS.has(mode) || MICE.has(mode))) this.#modes.delete(mode);
  }
}
