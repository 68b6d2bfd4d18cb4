/** The range of drawn rows in a long list: first inclusive, last exclusive. */
export interface RowWindow {
  from: number;
  to: number;
}

/** Height of a sidebar row with the gap below it, in pixels. */
export const ROW_HEIGHT = 29;
/** The same where it is touched. */
export const TOUCH_ROW_HEIGHT = 41;
/** Extra rows drawn on either side of the visible ones, for moving by key and for scrolling without gaps. */
const BEYOND = 12;
/** Lists up to this length are drawn completely. */
const WHOLE = 40;
/** The window moves in steps of this many rows, so that not every scrolled pixel renders again. */
const STEP = 6;

/** Which of `count` rows to draw. `above` is the distance from the list's top up to the scroller's top; `height` is the visible height. */
export function toRowWindow(count: number, above: number, height: number, rowHeight = ROW_HEIGHT): RowWindow {
  if (count <= WHOLE) return { from: 0, to: count };
  const first = Math.floor(above / rowHeight) - BEYOND;
  const last = Math.ceil((above + height) / rowHeight) + BEYOND;
  const from = Math.min(Math.max(0, Math.floor(first / STEP) * STEP), count);
  return { from, to: Math.max(from, Math.min(count, Math.ceil(last / STEP) * STEP)) };
}

/** Neighbouring rows that are all drawn, or all left blank: first inclusive, last exclusive. */
export interface RowRun extends RowWindow {
  isDrawn: boolean;
}

/**
 * Divides `count` rows into drawn and blank runs, from top to bottom. The row `kept` is drawn wherever it is, because it has the focus;
 * -1 stands for none.
 */
export function toRowRuns({ from, to }: RowWindow, kept: number, count: number): RowRun[] {
  const drawn = [{ from, to }];
  if (kept >= 0 && kept < count && (kept < from || kept >= to)) drawn[kept < from ? "unshift" : "push"]({ from: kept, to: kept + 1 });
  const runs: RowRun[] = [];
  let at = 0;
  for (const run of drawn) {
    if (run.from > at) runs.push({ isDrawn: false, from: at, to: run.from });
    if (run.to > run.from) runs.push({ isDrawn: true, ...run });
    at = Math.max(at, run.to);
  }
  if (at < count) runs.push({ isDrawn: false, from: at, to: count });
  return runs;
}
