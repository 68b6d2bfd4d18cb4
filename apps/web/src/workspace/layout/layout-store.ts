import type { SaveLayoutInput, StoredLayout } from "@boocode/shared/panes/decide-save-layout";
import { followLayout } from "@boocode/shared/panes/follow-layout";
import { emptyLayout, type Layout } from "@boocode/shared/panes/layout";
import { mergeLayouts } from "@boocode/shared/panes/merge-layouts";

type Save = (input: Omit<SaveLayoutInput, "sessionId">) => Promise<StoredLayout>;

/**
 * The layout of a session in this page. Changes are shown at once and saved one after the other; what other pages change is merged in, and
 * leaves visible what is visible here.
 */
export class LayoutStore {
  readonly #save: Save;
  readonly #listeners = new Set<() => void>();
  /** What is stored, as far as this page knows; null until it is read. */
  #base: StoredLayout | null = null;
  #layout: Layout | null = null;
  /** What arrived while a save was under way. */
  #arrived: StoredLayout | null = null;
  #isSaving = false;
  #hasChanges = false;

  constructor(save: Save) {
    this.#save = save;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The layout as it is shown; null until it is read. */
  readonly read = (): Layout | null => this.#layout;

  /** Takes in what is stored. */
  arrive(stored: StoredLayout): void {
    if (this.#isSaving) {
      this.#arrived = stored;
      return;
    }
    if (this.#base === null) this.#rebase(null, stored);
    else if (stored.revision > this.#base.revision) this.#rebase(this.#base.layout ?? emptyLayout(), stored);
    this.flush();
  }

  /** Shows a layout, and saves it. */
  change(layout: Layout): void {
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#hasChanges = true;
    this.#tell();
    this.flush();
  }

  /** Shows a layout, and saves it with the next change: for what only says which tab is visible. */
  keep(layout: Layout): void {
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#tell();
  }

  /** Saves what is not saved yet. After a failure, it is tried again with the next change, or when this is called. */
  flush(): void {
    if (this.#isSaving || !this.#hasChanges || this.#base === null || this.#layout === null) return;
    const sent = this.#layout;
    this.#isSaving = true;
    this.#hasChanges = false;
    this.#save({ base: this.#base, layout: sent }).then(
      (stored) => {
        this.#isSaving = false;
        this.#rebase(sent, stored);
        const arrived = this.#arrived;
        this.#arrived = null;
        if (arrived) this.arrive(arrived);
        this.flush();
      },
      () => {
        this.#isSaving = false;
        this.#hasChanges = true;
        this.#arrived = null;
      },
    );
  }

  #rebase(from: Layout | null, stored: StoredLayout): void {
    this.#base = stored;
    const there = stored.layout ?? emptyLayout();
    const here = this.#layout;
    const next = from === null || here === null ? there : followLayout(here, mergeLayouts(from, here, there));
    if (JSON.stringify(next) === JSON.stringify(here)) return;
    this.#layout = next;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
