import type { PaneId } from "@boocode/shared/ids";
import { canSplit } from "@boocode/shared/panes/apply-layout-change";
import { decideDropPlace, type DropPlace } from "@boocode/shared/panes/drop-place";
import type { Layout } from "@boocode/shared/panes/layout";
import { listShownTabs, MIN_PANE_HEIGHT, MIN_PANE_WIDTH, type ShownPane } from "@boocode/shared/panes/pane-views";
import { type Tab, toTabKey } from "@boocode/shared/panes/tab";
import { type PointerEvent as PressEvent, useEffect, useEffectEvent, useState } from "react";

/** How far the pointer moves before a press is a drag, in pixels. */
const SLACK = 6;

/** A rectangle of the window, in pixels. */
type Box = Pick<DOMRect, "left" | "top" | "width" | "height">;

/** Where a tab would be dropped, and what shows it. */
export interface DropTarget {
  paneId: PaneId;
  /** `place` in the pane, or before the tab at `index`. */
  at: { place: DropPlace } | { index: number };
  box: Box;
}

/** A tab that is dragged. */
export interface TabDrag {
  tab: Tab;
  title: string;
  x: number;
  y: number;
  target: DropTarget | null;
}

type Press = { tab: Tab; title: string; x: number; y: number; isMoved: boolean };

type TabDragOptions = {
  layout: Layout;
  panes: readonly ShownPane[];
  /** Whether panes can stand beside each other. */
  canStandBeside: boolean;
  onDrop: (tab: Tab, target: DropTarget) => void;
};

/** Lets tabs be dragged with a mouse or pen: to another place in their bar, to another pane, and to the edges of panes. Escape ends it. */
export function useTabDrag(options: TabDragOptions): { drag: TabDrag | null; press(tab: Tab, event: PressEvent): void } {
  const [pressed, setPressed] = useState<Press | null>(null);
  const [drag, setDrag] = useState<TabDrag | null>(null);
  const end = () => {
    setPressed(null);
    setDrag(null);
  };
  const onMove = useEffectEvent((event: PointerEvent) => {
    if (!pressed) return;
    const { clientX: x, clientY: y } = event;
    if (!pressed.isMoved && Math.hypot(x - pressed.x, y - pressed.y) < SLACK) return;
    if (!pressed.isMoved) setPressed({ ...pressed, isMoved: true });
    setDrag({ tab: pressed.tab, title: pressed.title, x, y, target: findTarget(x, y, pressed.tab, options) });
  });
  const onUp = useEffectEvent(() => {
    if (drag?.target) options.onDrop(drag.tab, drag.target);
    end();
  });
  const onCancel = useEffectEvent(end);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || !drag) return;
    event.preventDefault();
    event.stopPropagation();
    end();
  });
  const isPressed = pressed !== null;
  useEffect(() => {
    if (!isPressed) return;
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener("pointermove", onMove, { signal });
    window.addEventListener("pointerup", onUp, { signal });
    window.addEventListener("pointercancel", onCancel, { signal });
    window.addEventListener("keydown", onKey, { signal, capture: true });
    return () => listening.abort();
  }, [isPressed]);
  return {
    drag,
    press: (tab, event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      setPressed({ tab, title: event.currentTarget.textContent, x: event.clientX, y: event.clientY, isMoved: false });
    },
  };
}

function findTarget(x: number, y: number, tab: Tab, { layout, panes, canStandBeside }: TabDragOptions): DropTarget | null {
  const over = document.elementFromPoint(x, y);
  const element = over?.closest<HTMLElement>("[data-pane]");
  const shown = panes.find(({ key }) => key === element?.dataset["pane"]);
  if (!element || !shown) return null;
  const bar = over?.closest("[data-tab-bar]");
  if (bar) return findPlaceInBar(x, bar, shown);
  const box = element.getBoundingClientRect();
  const wanted = decideDropPlace((x - box.left) / box.width, (y - box.top) / box.height);
  const { pane } = shown;
  const isOnly = pane.tabs.length === 1 && toTabKey(pane.tabs[0]!) === toTabKey(tab);
  const hasRoom = wanted === "left" || wanted === "right" ? box.width >= 2 * MIN_PANE_WIDTH : box.height >= 2 * MIN_PANE_HEIGHT;
  const isEdge = wanted !== "middle" && canStandBeside && hasRoom && !isOnly && canSplit(layout, pane.id, wanted);
  const place = isEdge ? wanted : "middle";
  const isHere = shown.stacked.some(({ tabs }) => tabs.some((each) => toTabKey(each) === toTabKey(tab)));
  return place === "middle" && isHere ? null : { paneId: pane.id, at: { place }, box: toHalf(box, place) };
}

function toHalf({ left, top, width, height }: Box, place: DropPlace): Box {
  if (place === "left" || place === "right") return { top, height, width: width / 2, left: place === "left" ? left : left + width / 2 };
  if (place === "top" || place === "bottom") return { left, width, height: height / 2, top: place === "top" ? top : top + height / 2 };
  return { left, top, width, height };
}

function findPlaceInBar(x: number, bar: Element, shown: ShownPane): DropTarget | null {
  const boxes = [...bar.querySelectorAll("[data-tab]")].map((tab) => tab.getBoundingClientRect());
  const before = boxes.filter(({ left, width }) => left + width / 2 < x).length;
  const tabs = listShownTabs(shown);
  // Behind the last tab of a pane is the place after it, in a stack too.
  const next = tabs[before];
  const last = tabs[before - 1];
  const paneId = next?.paneId ?? last?.paneId ?? shown.pane.id;
  const index = next?.index ?? (last ? last.index + 1 : 0);
  const edge = boxes[before]?.left ?? boxes.at(-1)?.right ?? bar.getBoundingClientRect().left;
  const { top, height } = bar.getBoundingClientRect();
  return { paneId, at: { index }, box: { left: edge - 1, top: top + 4, width: 2, height: height - 8 } };
}
