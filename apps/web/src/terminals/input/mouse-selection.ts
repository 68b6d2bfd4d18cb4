/**
 * Tells what a press of the first mouse button has newly selected. A press that selects nothing new may have been meant for the program or
 * the scroll bar, and what has been copied since must stay.
 */
export class MouseSelection {
  /** What was selected before the button was pressed; null while it is not pressed. */
  #before: string | null = null;

  /** The button is pressed, and the screen has not heard of it. */
  press(selected: string): void {
    this.#before = selected;
  }

  /** The screen has heard of the press: where it begins a selection, the one before is gone, and the same text may be selected again. */
  settle(selected: string): void {
    if (this.#before !== null && this.#before !== selected) this.#before = "";
  }

  /** The button is released. Returns what is newly selected; null if nothing is. */
  release(selected: string): string | null {
    const isNew = this.#before !== null && selected !== "" && selected !== this.#before;
    this.#before = null;
    return isNew ? selected : null;
  }
}
