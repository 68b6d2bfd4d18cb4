/**
 * Whether an element that appears by itself leaves the focus where it is: in a dialog, in a tab's name, in the active pane if it appears in
 * another one, or on its own tab, if that was reached with the keyboard. Arrow keys show each tab on their way.
 */
export function isFocusKept(appeared: Element | null): boolean {
  if (appeared?.closest("[data-pane]:not([data-pane-active])")) return true;
  const kept = '[role="dialog"], [role="alertdialog"], [role="tablist"] input, [role="tab"][aria-selected="true"]:focus-visible';
  return document.activeElement?.closest(kept) != null;
}
