import { useCallback, useEffect, useRef, useState, type RefObject } from "react";

/** This close to the end counts as being there, in pixels. */
const NEAR_END = 32;

const distanceToEnd = (element: HTMLElement) => element.scrollHeight - element.scrollTop - element.clientHeight;

/**
 * Keeps a scroller at its end while its content grows, until the person scrolls up or opens something in it.
 *
 * Only moving up lets go: content that grows never lowers the offset, so a late scroll event cannot be taken for the person's.
 */
export function useStickToEnd(scroller: RefObject<HTMLElement | null>, isAtEndAtFirst: boolean) {
  const [isAtEnd, setAtEnd] = useState(isAtEndAtFirst);
  const stuck = useRef(isAtEndAtFirst);
  const lastOffset = useRef(0);
  const lastHeight = useRef(0);

  const set = useCallback((next: boolean) => {
    stuck.current = next;
    setAtEnd(next);
  }, []);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    // A view of another height moves its content by itself; what to do about that is decided below.
    if (!element || element.clientHeight !== lastHeight.current) return;
    const movedUp = element.scrollTop < lastOffset.current - 1;
    lastOffset.current = element.scrollTop;
    if (distanceToEnd(element) <= NEAR_END) set(true);
    else if (movedUp) set(false);
  }, [scroller, set]);

  const jump = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    set(true);
    element.scrollTo({ top: element.scrollHeight });
    lastOffset.current = element.scrollTop;
  }, [scroller, set]);

  /** What the person opened grows under their pointer: it stays where it is. */
  const hold = useCallback(() => {
    stuck.current = false;
  }, []);

  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const observer = new ResizeObserver(() => {
      lastHeight.current = element.clientHeight;
      if (stuck.current) jump();
      else set(distanceToEnd(element) <= NEAR_END);
    });
    observer.observe(content);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, jump, set]);

  return { isAtEnd, onScroll, jump, hold, isStuck: () => stuck.current };
}
