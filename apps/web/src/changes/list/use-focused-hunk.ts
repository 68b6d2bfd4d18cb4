import { useState, type FocusEvent } from "react";
import { hunkAround } from "./list-handle.ts";
import { isHunkHead, type PanelRow } from "./panel-rows.ts";

/** The row of the hunk that last had the focus, so that it stays in the page with the focus when it is scrolled away; -1 if there is none. */
export function useFocusedHunk(rows: readonly PanelRow[]): { at: number; onFocus: (event: FocusEvent<HTMLElement>) => void } {
  const [focused, setFocused] = useState<{ path: string; hunk: number } | null>(null);
  const at = focused === null ? -1 : rows.findIndex((row) => isHunkHead(row) && row.path === focused.path && row.row.hunk === focused.hunk);
  return { at, onFocus: ({ target }) => setFocused(hunkAround(target)) };
}
