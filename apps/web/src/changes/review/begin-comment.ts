/** The attribute of the buttons that begin a comment: whether their line was changed. */
export const COMMENT_BUTTON = "data-comment";

/**
 * Begins a comment from the keyboard: on the first changed line after the focused element, or on the first one that is shown. Does nothing
 * where no line is shown.
 */
export function beginComment(frame: HTMLElement | null): void {
  const buttons = [...(frame?.querySelectorAll<HTMLElement>(`[${COMMENT_BUTTON}="changed"]`) ?? [])];
  const focused = document.activeElement;
  const isAfter = (button: HTMLElement) =>
    focused !== null && (focused.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  (buttons.find(isAfter) ?? buttons[0])?.click();
}
