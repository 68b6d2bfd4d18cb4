import { useLayoutEffect, useRef } from "react";

/** Draws the first or the last row of a blank space at once, and returns the session's id. */
type DrawRow = (end: "first" | "last") => string;

const drawOf = new WeakMap<Element, DrawRow>();

/** The space of rows that are not drawn, `height` pixels high. */
export function UndrawnRows({ height, onNeeded }: { height: number; onNeeded: DrawRow }) {
  const space = useRef<HTMLLIElement>(null);
  // With the render itself: a key that comes right after it must not find the rows of the one before.
  useLayoutEffect(() => {
    if (space.current) drawOf.set(space.current, onNeeded);
  });
  return <li ref={space} aria-hidden data-undrawn style={{ height }} />;
}

/** Moves the focus by one row in `list`: `step` is 1 for the next, -1 for the one before. A row not drawn yet is drawn first. Returns false at the end. */
export function focusNextRow(list: HTMLElement, step: 1 | -1): boolean {
  const rows = [...list.querySelectorAll<HTMLElement>("[data-row], [data-undrawn]")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? rows.at(step === 1 ? 0 : -1) : rows[at + step];
  const draw = next && drawOf.get(next);
  const row = draw
    ? list.querySelector<HTMLElement>(`[data-session="${CSS.escape(draw(step === 1 ? "first" : "last"))}"] [data-row]`)
    : next;
  row?.focus();
  return row !== undefined && row !== null;
}
