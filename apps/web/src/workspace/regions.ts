/** Elements that F6 goes between carry `data-region`; inside, `data-region-focus` marks what takes the focus. */
const REGIONS = "[data-region]";
const PREFERRED = "[data-region-focus], [aria-current='page'], textarea:not(:disabled), [role='tab'][aria-selected='true']";

/** Moves the focus to the next region in reading order, or to the one before; around at the ends. */
export function focusNextRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter((region) => region.offsetParent !== null);
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions.at((at === -1 && step === -1 ? 0 : at + step) % regions.length);
  if (!next) return;
  const preferred = next.querySelector<HTMLElement>(PREFERRED);
  (preferred ?? next).focus();
}

/** Puts the cursor into the composer of the chat on screen, where there is one. */
export function focusComposer(): void {
  document.querySelector<HTMLElement>("[data-region='chat'] textarea:not(:disabled)")?.focus();
}
