import { useState, type PointerEvent, type RefObject } from "react";
import type { VListHandle } from "virtua";
import { useMouseOver } from "../../ui/browser/use-mouse-over.ts";
import { toHunkName } from "./list-handle.ts";
import { isHunkHead, type PanelRow } from "./panel-rows.ts";

/** Which hunk the pointer is on, so that the buttons in its header show. */
export function useHotHunk(list: RefObject<VListHandle | null>, rows: readonly PanelRow[]) {
  const [hot, setHot] = useState<string | null>(null);
  const mouse = useMouseOver(() => setHot(null));
  return {
    isHot: (row: PanelRow) => hot !== null && isHunkHead(row) && toHunkName(row.path, row.row.hunk) === hot,
    onPointerOver: (event: PointerEvent<HTMLElement>) => {
      mouse.onPointerOver(event);
      const virtual = list.current;
      if (!mouse.isOver() || !virtual) return;
      const row = rows[virtual.findItemIndex(virtual.scrollOffset + event.clientY - event.currentTarget.getBoundingClientRect().top)];
      setHot(row?.kind === "line" ? toHunkName(row.path, row.row.hunk) : null);
    },
  };
}
