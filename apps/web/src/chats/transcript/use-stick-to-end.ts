import { useCallback, useEffect, useRef, useState, type RefObject } from "react";

/** This close to the end counts as being there, in pixels. */
const NEAR_END = 32;
/** How long a wheel, a finger or a key may take until it has moved what is seen, in milliseconds. */
const PERSON_MS = 500;

const distanceToEnd = (element: HTMLElement) => element.scrollHeight - element.scrollTop - element.clientHeight;

/**
 * Keeps a scroller at its end while its content changes, until the person scrolls up or opens something in it.
 *
 * Content that shrinks moves the offset up, too: a thought that folds when it is over, and what the list does to keep what is seen in
 * its place. So moving up lets go only where the person has just done something that moves, or where the content is as it was.
 */
export function useStickToEnd(scroller: RefObject<HTMLElement | null>, isAtEndAtFirst: boolean) {
  const [isAtEnd, setAtEnd] = useState(isAtEndAtFirst);
  const stuck = useRef(isAtEndAtFirst);
  /** How it was when it was last looked at. */
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

  /** Goes to the end with the content; not while the person is about to go elsewhere, which it would undo. */
  const follow = useCallback(() => {
    if (stuck.current && !isActing()) jump();
  }, [isActing, jump]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    const { offset, content, view } = last.current;
    // A view of another height moves its content by itself; what to do about that is decided below.
    if (!element || element.clientHeight !== view) return;
    const movedUp = element.scrollTop < offset - 1;
    const isPersons = isActing() || element.scrollHeight === content;
    look(element);
    if (distanceToEnd(element) <= NEAR_END) set(true);
    else if (!stuck.current || (movedUp && isPersons)) set(false);
    else follow();
  }, [scroller, set, look, isActing, follow]);

  /**
   * To be called when the list has measured something. By itself it hears only with the next frame that content which shrank has
   * moved the view, and until then draws what would stand beyond the end: nothing.
   */
  const settle = useCallback(() => {
    follow();
    scroller.current?.dispatchEvent(new Event("scroll"));
  }, [scroller, follow]);

  /** What the person opened grows under their pointer: it stays where it is. */
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
      // It may have moved nothing, and nothing more may come.
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

/** Whether something the person does may move what they see up. */
function movesUp(event: Event, scroller: HTMLElement): boolean {
  if (event instanceof WheelEvent) return event.deltaY < 0;
  if (event instanceof KeyboardEvent) return ["ArrowUp", "PageUp", "Home"].includes(event.key) || (event.key === " " && event.shiftKey);
  // Of what is pressed, only the scroll bar moves anything.
  return event.type === "touchmove" || event.target === scroller;
}
