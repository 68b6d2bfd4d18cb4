import { useState } from "react";
import { usePath } from "../ui/browser/location.tsx";
import { COMPACT, NARROW, useMedia } from "../ui/browser/media.ts";
import { isBoolean, isNumber, useStoredState } from "../ui/browser/stored-state.ts";

/** Widths of the two columns next to the chat, in pixels. */
export const SIDEBAR = { initial: 240, min: 200, max: 400 };
export const RAIL = { initial: 380, min: 300, max: 900 };

/** Minimum window width at which the rail is initially open, in pixels. */
const ROOMY = 1_200;

/** One of the two columns: next to the chat if there is room, otherwise a drawer over it. */
export interface Column {
  isDrawer: boolean;
  isOpen: boolean;
  width: number;
  toggle(): void;
  setOpen(isOpen: boolean): void;
  setWidth(width: number): void;
}

function useColumn(name: string, widths: typeof SIDEBAR, drawerQuery: string, isOpenAtFirst: boolean): Column {
  const isDrawer = useMedia(drawerQuery);
  const [isShown, setShown] = useStoredState(`${name}.open`, isOpenAtFirst, isBoolean);
  const [width, setWidth] = useStoredState(`${name}.width`, widths.initial, isNumber);
  // A drawer closes when the URL changes, because a person who chose something in it wants to see the choice.
  const path = usePath();
  const [drawerOpenAt, setDrawerOpenAt] = useState<string | null>(null);
  const isOpen = isDrawer ? drawerOpenAt === path : isShown;
  const setOpen = (next: boolean) => (isDrawer ? setDrawerOpenAt(next ? path : null) : setShown(next));
  return { isDrawer, isOpen, width: Math.min(widths.max, Math.max(widths.min, width)), setOpen, setWidth, toggle: () => setOpen(!isOpen) };
}

/** The sidebar, with the state stored in this browser. */
export const useSidebarColumn = (): Column => useColumn("sidebar", SIDEBAR, NARROW, true);
/** The right rail, with the state stored in this browser. */
export const useRailColumn = (): Column => useColumn("rail", RAIL, COMPACT, window.innerWidth >= ROOMY);
