import type { RefObject } from "react";
import type { VListHandle } from "virtua";
import { findHunk, type PanelRow } from "./panel-rows.ts";

/** What the keys of the panel do with a list of files. */
export interface ListHandle {
  /** Scrolls to a file and puts the focus on it. */
  focusFile(path: string): void;
}

/** What the keys of the panel do with a diff. */
export interface DiffHandle {
  /** Puts the focus on the next or previous hunk. */
  stepHunk(step: 1 | -1): void;
}

interface Scrolled {
  list: RefObject<VListHandle | null>;
  frame: RefObject<HTMLElement | null>;
}

/** Scrolls to the row at `at` and puts the focus on its element with the attribute. It is in the DOM only after the list has scrolled. */
export function focusRow({ list, frame }: Scrolled, at: number, attribute: "data-path" | "data-hunk", value: string): void {
  list.current?.scrollToIndex(at, { align: "nearest" });
  requestAnimationFrame(() =>
    frame.current?.querySelector<HTMLElement>(`[${attribute}="${CSS.escape(value)}"]`)?.focus({ preventScroll: true }),
  );
}

/** The name of a hunk in the DOM. */
export const toHunkName = (path: string, hunk: number): string => `${path} ${hunk}`;

/** Puts the focus on the hunk before or after the focused one; without one, counted from the row `start`. */
export function focusHunk(scrolled: Scrolled, rows: readonly PanelRow[], start: number, step: 1 | -1): void {
  const focused = document.activeElement?.closest<HTMLElement>("[data-hunk]")?.dataset["hunk"];
  const from = rows.findIndex((row) => row.kind === "line" && row.row.kind === "hunk" && toHunkName(row.path, row.row.hunk) === focused);
  const at = findHunk(rows, from === -1 ? start : from, step);
  const row = rows[at];
  if (row?.kind === "line") focusRow(scrolled, at, "data-hunk", toHunkName(row.path, row.row.hunk));
}
