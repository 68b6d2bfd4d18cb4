const REGIONS = "[data-region]";
/** What takes the focus in a region, the best first. */
const PREFERRED = ["[aria-current='page']", "textarea:not(:disabled)", "[role='tab'][aria-selected='true']"];

/** Moves the focus to the next region in reading order, or to the one before; around at the ends. Regions carry `data-region`. */
export function focusNextRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter((region) => region.offsetParent !== null);
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions.at((at === -1 && step === -1 ? 0 : at + step) % regions.length);
  const preferred = PREFERRED.map((selector) => next?.querySelector<HTMLElement>(selector)).find((element) => element);
  (preferred ?? next)?.focus();
}
