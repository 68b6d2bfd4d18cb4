import { useState, type PointerEvent, type RefObject } from "react";
import type { VListHandle } from "virtua";
import { toHunkName } from "./list-handle.ts";
import { isHunkHead, type PanelRow } from "./panel-rows.ts";

/** Which hunk the pointer is on, so that the buttons in its header show. */
export function useHotHunk(list: RefObject<VListHandle | null>, rows: readonly PanelRow[]) {
  const [hot, setHot] = useState<string | null>(null);
  return {
    isHot: (row: PanelRow) => hot !== null && isHunkHead(row) && toHunkName(row.path, row.row.hunk) === hot,
    onPointerOver: ({ pointerType, clientY, currentTarget }: PointerEvent<HTMLElement>) => {
      const virtual = list.current;
      if (pointerType !== "mouse" || !virtual) return;
      const row = rows[virtual.findItemIndex(virtual.scrollOffset + clientY - currentTarget.getBoundingClientRect().top)];
      setHot(row?.kind === "line" ? toHunkName(row.path, row.row.hunk) : null);
    },
    onPointerLeave: () => setHot(null),
  };
}
