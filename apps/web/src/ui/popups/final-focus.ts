/**
 * Returns where the focus goes when a popup closes: to its button, or nowhere (false) if the person is in another field already, where the
 * next key belongs.
 */
export function toFinalFocus(anchor: HTMLElement | null, popup: HTMLElement | null): HTMLElement | null | false {
  const active = document.activeElement;
  const isElsewhere =
    active !== null &&
    active !== document.body &&
    active !== anchor &&
    !popup?.contains(active) &&
    !active.hasAttribute("data-base-ui-focus-guard");
  return isElsewhere ? false : anchor;
}
