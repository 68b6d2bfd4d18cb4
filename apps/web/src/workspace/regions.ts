const REGIONS = "[data-region]";
/** Selectors for the element that gets the focus in a region, in order of preference. */
const PREFERRED = ["[aria-current='page']", "textarea:not(:disabled)", "[role='tab'][aria-selected='true']"];

/** Moves the focus into an element: to what is written in, if there is such a thing. */
export function focusInside(element: HTMLElement): void {
  const preferred = PREFERRED.map((selector) => element.querySelector<HTMLElement>(selector)).find((found) => found);
  (preferred ?? element).focus();
}

/** Moves the focus to the next or previous region in reading order, wrapping at the ends. Regions have `data-region`. */
export function focusNextRegion(step: 1 | -1): void {
  // Of regions inside each other, the inner ones count: the panes of the chat's.
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter(
    (region) => region.offsetParent !== null && !region.querySelector(REGIONS),
  );
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions.at((at === -1 && step === -1 ? 0 : at + step) % regions.length);
  if (next) focusInside(next);
}
