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

/** Scrolls to the row at `at` and puts the focus on its element with the attribute, once the list has drawn it. */
export function focusRow({ list, frame }: Scrolled, at: number, attribute: "data-file" | "data-hunk", value: string): void {
  const focus = (framesLeft: number) => {
    list.current?.scrollToIndex(at, { align: "nearest" });
    requestAnimationFrame(() => {
      const element = frame.current?.querySelector<HTMLElement>(`[${attribute}="${CSS.escape(value)}"]`);
      element?.focus({ preventScroll: true });
      // A row that is not measured yet is hidden, and takes no focus.
      if (document.activeElement !== element && framesLeft > 0 && frame.current) focus(framesLeft - 1);
    });
  };
  focus(FRAMES);
}

/** The name of a hunk in the DOM. */
export const toHunkName = (path: string, hunk: number): string => `${path} ${hunk}`;

/** The hunk that an element belongs to, or null. */
export function hunkAround(element: Element | null): { path: string; hunk: number } | null {
  const name = element?.closest<HTMLElement>("[data-hunk]")?.dataset["hunk"];
  if (name === undefined) return null;
  const at = name.lastIndexOf(" ");
  return { path: name.slice(0, at), hunk: Number(name.slice(at + 1)) };
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
      const focused = hunkAround(document.activeElement);
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
