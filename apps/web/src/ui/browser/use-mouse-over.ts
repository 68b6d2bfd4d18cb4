import { useEffect, useEffectEvent, useRef, type PointerEvent } from "react";

export interface MouseOver {
  /** For the element. */
  onPointerOver(event: PointerEvent<HTMLElement>): void;
  /** Whether the mouse is over it now. */
  isOver(): boolean;
}

/**
 * Whether the mouse is over an element; calls `onLeave` when it is no longer.
 * Where what was under the mouse was removed, browsers send no `pointerout`, and React no `onPointerLeave` or `onPointerEnter`;
 * what it is over next is always told.
 */
export function useMouseOver(onLeave: () => void): MouseOver {
  const element = useRef<Element | null>(null);
  const leave = useEffectEvent((to: EventTarget | null) => {
    if (!element.current || (to instanceof Node && element.current.contains(to))) return;
    element.current = null;
    onLeave();
  });
  useEffect(() => {
    const over = (event: globalThis.PointerEvent) => leave(event.target);
    const out = () => leave(null);
    document.addEventListener("pointerover", over);
    document.documentElement.addEventListener("pointerleave", out);
    return () => {
      document.removeEventListener("pointerover", over);
      document.documentElement.removeEventListener("pointerleave", out);
    };
  }, []);
  return {
    onPointerOver: ({ pointerType, currentTarget }) => {
      element.current = pointerType === "mouse" ? currentTarget : null;
    },
    isOver: () => element.current !== null,
  };
}
