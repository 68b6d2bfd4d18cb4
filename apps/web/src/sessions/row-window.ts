/** Rows of a long list that are drawn: from the first, up to and without the last. */
export interface RowWindow {
  from: number;
  to: number;
}

/** A row of the sidebar with the gap below it, in pixels. */
export const ROW_HEIGHT = 45;
/** Rows drawn beyond what is in sight, on either side: keys go from row to row, and scrolling shows no gap. */
const BEYOND = 12;
/** A list this short is drawn whole. */
const WHOLE = 40;
/** The window moves in steps, so that not every pixel draws anew. */
const STEP = 6;

/** Which of `count` rows to draw. `above` is how far the list's beginning is above the scroller's top, `height` how much is in sight. */
export function toRowWindow(count: number, above: number, height: number): RowWindow {
  if (count <= WHOLE) return { from: 0, to: count };
  const first = Math.floor(above / ROW_HEIGHT) - BEYOND;
  const last = Math.ceil((above + height) / ROW_HEIGHT) + BEYOND;
  const from = Math.min(Math.max(0, Math.floor(first / STEP) * STEP), count);
  return { from, to: Math.max(from, Math.min(count, Math.ceil(last / STEP) * STEP)) };
}
