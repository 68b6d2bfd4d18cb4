const REGIONS = "[data-region]";
/** Selectors for the element that gets the focus in a region, in order of preference. */
const PREFERRED = ["[aria-current='page']", "textarea:not(:disabled)", "[role='tab'][aria-selected='true']"];

/** Moves the focus to the next or previous region in reading order, wrapping at the ends. Regions have `data-region`. */
export function focusNextRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter((region) => region.offsetParent !== null);
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions.at((at === -1 && step === -1 ? 0 : at + step) % regions.length);
  const preferred = PREFERRED.map((selector) => next?.querySelector<HTMLElement>(selector)).find((element) => element);
  (preferred ?? next)?.focus();
}
