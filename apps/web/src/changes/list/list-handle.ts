import type { RefObject } from "react";
import type { VListHandle } from "virtua";
import { findHunk, findHunkRows, isHunkHead, type PanelRow } from "./panel-rows.ts";

/** What the panel does with a list of files. */
export interface ListHandle {
  /** Scrolls to a file and puts the focus on it. */
  focusFile(key: string): void;
}

/** What the panel does with a diff. */
export interface DiffHandle {
  /** Puts the focus on the next or previous hunk. */
  stepHunk(step: 1 | -1): void;
  /** Puts the focus on a hunk, or on the last one if there are fewer. Returns false if the file has none. */
  focusHunk(path: string, hunk: number): boolean;
  /** The height of a hunk with its header, in pixels; without a hunk, of all that is unfolded of a file. */
  measure(path: string, hunk: number | null): number;
}

interface Scrolled {
  list: RefObject<VListHandle | null>;
  frame: RefObject<HTMLElement | null>;
}

/** How many frames a list may take to measure itself and to draw a row. */
const FRAMES = 10;

/** While the focus is on its way to a row that is not drawn yet, the list's frame has this attribute, with the row's name. */
const MOVING = "data-moving-to";

/**
 * Scrolls to the row at `at` and puts the focus on its element with the attribute: at once if it is drawn, so that the next key finds it
 * there, or else once the list has drawn it.
 */
export function focusRow({ list, frame }: Scrolled, at: number, attribute: "data-file" | "data-hunk", value: string): void {
  const focus = (framesLeft: number) => {
    const around = frame.current;
    if (!around) return;
    list.current?.scrollToIndex(at, { align: "nearest" });
    const element = around.querySelector<HTMLElement>(`[${attribute}="${CSS.escape(value)}"]`);
    element?.focus({ preventScroll: true });
    // A row that is not measured yet is hidden, and takes no focus.
    const isThere = element !== null && document.activeElement === element;
    if (isThere || framesLeft === 0) return around.removeAttribute(MOVING);
    around.setAttribute(MOVING, value);
    requestAnimationFrame(() => {
      // Another key may have sent the focus elsewhere meanwhile.
      if (around.getAttribute(MOVING) === value) focus(framesLeft - 1);
    });
  };
  focus(FRAMES);
}

/** Whether the focus is on its way to another row: what has it now is not what the person means. */
export const isFocusMoving = (panel: Element): boolean => panel.querySelector(`[${MOVING}]`) !== null;

/** The name of a hunk in the DOM. */
export const toHunkName = (path: string, hunk: number): string => `${path} ${hunk}`;

/** The hunk that an element belongs to, or null. */
export function hunkAround(element: Element | null): { path: string; hunk: number } | null {
  return toHunk(element?.closest<HTMLElement>("[data-hunk]")?.dataset["hunk"]);
}

function toHunk(name: string | null | undefined): { path: string; hunk: number } | null {
  const [, path, hunk] = /^(.*) (\d+)$/s.exec(name ?? "") ?? [];
  return path === undefined ? null : { path, hunk: Number(hunk) };
}

/** The key of the file that an element belongs to, or null. */
export function fileAround(element: Element): string | null {
  const hunk = hunkAround(element);
  if (hunk) return hunk.path;
  return element.closest("[role='row']")?.querySelector<HTMLElement>("[data-file]")?.dataset["file"] ?? null;
}

/** The handle of a diff with these rows. Without a focused hunk, hunks are counted from the row `start`. */
export function makeDiffHandle(scrolled: Scrolled, rows: readonly PanelRow[], start: number): DiffHandle {
  const focusAt = (at: number) => {
    const row = rows[at];
    if (!row || !isHunkHead(row)) return false;
    focusRow(scrolled, at, "data-hunk", toHunkName(row.path, row.row.hunk));
    return true;
  };
  return {
    stepHunk: (step) => {
      const focused = toHunk(scrolled.frame.current?.getAttribute(MOVING)) ?? hunkAround(document.activeElement);
      const from = rows.findIndex((row) => isHunkHead(row) && row.path === focused?.path && row.row.hunk === focused.hunk);
      focusAt(findHunk(rows, from === -1 ? start : from, step));
    },
    focusHunk: (path, hunk) => focusAt(rows.findLastIndex((row) => isHunkHead(row) && row.path === path && row.row.hunk <= hunk)),
    measure: (path, hunk) => {
      const found = hunk === null ? null : findHunkRows(rows, path, hunk);
      if (hunk !== null && !found) return 0;
      let height = 0;
      for (const [at, row] of rows.entries()) {
        const isCounted = found ? at >= found.from && at < found.to : row.kind !== "file" && row.path === path;
        if (isCounted) height += scrolled.list.current?.getItemSize(at) ?? 0;
      }
      return height;
    },
  };
}
