/** The range of drawn rows in a long list: first inclusive, last exclusive. */
export interface RowWindow {
  from: number;
  to: number;
}

/** Height of a sidebar row with the gap below it, in pixels. */
export const ROW_HEIGHT = 45;
/** Extra rows drawn on either side of the visible ones, for moving by key and for scrolling without gaps. */
const BEYOND = 12;
/** Lists up to this length are drawn completely. */
const WHOLE = 40;
/** The window moves in steps of this many rows, so that not every scrolled pixel renders again. */
const STEP = 6;

/** Which of `count` rows to draw. `above` is the distance from the list's top up to the scroller's top; `height` is the visible height. */
export function toRowWindow(count: number, above: number, height: number): RowWindow {
  if (count <= WHOLE) return { from: 0, to: count };
  const first = Math.floor(above / ROW_HEIGHT) - BEYOND;
  const last = Math.ceil((above + height) / ROW_HEIGHT) + BEYOND;
  const from = Math.min(Math.max(0, Math.floor(first / STEP) * STEP), count);
  return { from, to: Math.max(from, Math.min(count, Math.ceil(last / STEP) * STEP)) };
}
