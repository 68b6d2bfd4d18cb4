import type { RefObject } from "react";
import type { VListHandle } from "virtua";

/** How many frames a list may take to measure itself and to draw a row. */
const FRAMES = 10;

/** Scrolls to a row of a long list and puts the focus on its element once the list has drawn it. */
export function focusListRow(
  { list, frame }: { list: RefObject<VListHandle | null>; frame: RefObject<HTMLElement | null> },
  at: number,
  key: string,
  framesLeft = FRAMES,
): void {
  list.current?.scrollToIndex(at, { align: "nearest" });
  const element = frame.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
  element?.focus({ preventScroll: true });
  if ((element && document.activeElement === element) || framesLeft === 0) return;
  requestAnimationFrame(() => focusListRow({ list, frame }, at, key, framesLeft - 1));
}
