import { type RefObject, useEffect, useMemo, useRef } from "react";
import { findRanges, revealRange } from "./text-ranges.ts";

/** For how many frames a place is kept in sight while the rows around it are drawn and measured. */
const SETTLING_FRAMES = 20;

export interface Marks {
  /** Shows the text in an item, which may be drawn only later: its first or its last one. */
  show: (itemKey: string, from: "first" | "last") => void;
  /** Goes on to another one in the shown item. Returns false if there is none. */
  move: (step: 1 | -1) => boolean;
}

/**
 * Marks every place of a text in the drawn part of a transcript, and one of them as the current one, without a change to its elements.
 * Needs `::highlight(found)` and `::highlight(found-current)`.
 */
export function useMarks(scroller: RefObject<HTMLElement | null>, text: string): Marks {
  const shown = useRef({ itemKey: "", place: 0, frames: 0 });
  const draw = useRef(() => {});

  useEffect(() => {
    const element = scroller.current;
    if (!element || typeof Highlight === "undefined") return;
    const [all, current] = [new Highlight(), new Highlight()];
    current.priority = 1;
    CSS.highlights.set("found", all);
    CSS.highlights.set("found-current", current);
    let frame = 0;
    const mark = () => {
      frame = 0;
      all.clear();
      current.clear();
      for (const range of findRanges(element, text)) all.add(range);
      const ranges = rangesOf(element, shown.current.itemKey, text);
      const range = ranges.at(Math.min(shown.current.place, ranges.length - 1));
      if (range) current.add(range);
      if (shown.current.frames > 0) {
        shown.current.frames -= 1;
        if (range) revealRange(range, element);
        request();
      }
    };
    const request = () => {
      frame ||= requestAnimationFrame(mark);
    };
    draw.current = request;
    shown.current.frames = SETTLING_FRAMES;
    const observer = new MutationObserver(request);
    observer.observe(element, { childList: true, subtree: true, characterData: true });
    request();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      draw.current = () => {};
      // Another chat may have set its own meanwhile.
      if (CSS.highlights.get("found") === all) for (const name of ["found", "found-current"]) CSS.highlights.delete(name);
    };
  }, [scroller, text]);

  return useMemo(() => {
    const showPlace = (itemKey: string, place: number) => {
      shown.current = { itemKey, place, frames: SETTLING_FRAMES };
      draw.current();
    };
    return {
      show: (itemKey, from) => showPlace(itemKey, from === "first" ? 0 : -1),
      move: (step) => {
        const { itemKey, place } = shown.current;
        const count = scroller.current ? rangesOf(scroller.current, itemKey, text).length : 0;
        const next = (place < 0 ? count + place : place) + step;
        if (next < 0 || next >= count) return false;
        showPlace(itemKey, next);
        return true;
      },
    };
  }, [scroller, text]);
}

function rangesOf(scroller: Element, itemKey: string, text: string): Range[] {
  const items = scroller.querySelectorAll(`[data-item="${CSS.escape(itemKey)}"]`);
  return [...items].flatMap((item) => findRanges(item, text));
}
