import { useCallback, useEffect, useRef, useState, type RefObject } from "react";

/** Distance from the end that still counts as at the end, in pixels. */
const NEAR_END = 32;
/** How long after a wheel, touch or key event its scroll may happen, in milliseconds. */
const PERSON_MS = 500;

const distanceToEnd = (element: HTMLElement) => element.scrollHeight - element.scrollTop - element.clientHeight;

/**
 * Keeps a scroller at its end while its content changes, until the person scrolls up or opens an item.
 *
 * Shrinking content also moves the offset up: a thought folds when it ends, or the list keeps the visible rows in
 * place. So an upward move releases the end only after recent input that scrolls, or if the content has not changed.
 */
export function useStickToEnd(scroller: RefObject<HTMLElement | null>, isAtEndAtFirst: boolean) {
  const [isAtEnd, setAtEnd] = useState(isAtEndAtFirst);
  const stuck = useRef(isAtEndAtFirst);
  /** The state at the last check. */
  const last = useRef({ offset: 0, content: 0, view: 0 });
  const actedAt = useRef(Number.NEGATIVE_INFINITY);

  const set = useCallback((next: boolean) => {
    stuck.current = next;
    setAtEnd(next);
  }, []);

  const look = useCallback((element: HTMLElement) => {
    last.current = { offset: element.scrollTop, content: element.scrollHeight, view: element.clientHeight };
  }, []);

  const jump = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    set(true);
    element.scrollTo({ top: element.scrollHeight });
    look(element);
  }, [scroller, set, look]);

  const isActing = useCallback(() => performance.now() - actedAt.current < PERSON_MS, []);

  /** Scrolls to the end, unless the person is scrolling elsewhere, which this would undo. */
  const follow = useCallback(() => {
    if (stuck.current && !isActing()) jump();
  }, [isActing, jump]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    const { offset, content, view } = last.current;
    // A change of the view's height moves the content by itself; it is handled below.
    if (!element || element.clientHeight !== view) return;
    const movedUp = element.scrollTop < offset - 1;
    const isPersons = isActing() || element.scrollHeight === content;
    look(element);
    if (distanceToEnd(element) <= NEAR_END) set(true);
    else if (!stuck.current || (movedUp && isPersons)) set(false);
    else follow();
  }, [scroller, set, look, isActing, follow]);

  /**
   * Call this after the list has measured rows. Otherwise the list learns only with the next frame that shrunken content has
   * moved the view, and until then draws an empty area beyond the end.
   */
  const settle = useCallback(() => {
    follow();
    scroller.current?.dispatchEvent(new Event("scroll"));
  }, [scroller, follow]);

  /** Releases the end, so that an item the person opens grows in place under their pointer. */
  const hold = useCallback(() => {
    stuck.current = false;
  }, []);

  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const observer = new ResizeObserver(() => {
      last.current.view = element.clientHeight;
      if (stuck.current) return follow();
      look(element);
      set(distanceToEnd(element) <= NEAR_END);
    });
    observer.observe(content);
    observer.observe(element);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const act = (event: Event) => {
      if (!movesUp(event, element)) return;
      actedAt.current = performance.now();
      clearTimeout(timer);
      // The input may have scrolled nothing, and no other event may follow.
      timer = setTimeout(() => {
        actedAt.current = Number.NEGATIVE_INFINITY;
        follow();
      }, PERSON_MS);
    };
    for (const type of ACTS) element.addEventListener(type, act, { passive: true });
    return () => {
      observer.disconnect();
      clearTimeout(timer);
      for (const type of ACTS) element.removeEventListener(type, act);
    };
  }, [scroller, follow, look, set]);

  return { isAtEnd, onScroll, jump, settle, hold, isStuck: () => stuck.current };
}

const ACTS = ["wheel", "touchmove", "keydown", "pointerdown"] as const;

/** Whether an input event may scroll up. */
function movesUp(event: Event, scroller: HTMLElement): boolean {
  if (event instanceof WheelEvent) return event.deltaY < 0;
  if (event instanceof KeyboardEvent) return ["ArrowUp", "PageUp", "Home"].includes(event.key) || (event.key === " " && event.shiftKey);
  // A pointer press scrolls only on the scroll bar.
  return event.type === "touchmove" || event.target === scroller;
}
