import { useEffect, useRef, type RefObject } from "react";

/**
 * A ref to an element that gets the focus whenever `isHere` becomes true, but not if it is true on mount. When one control
 * replaces another, the keyboard focus stays in place.
 */
export function useFocusReturn<Element extends HTMLElement>(isHere: boolean): RefObject<Element | null> {
  const target = useRef<Element>(null);
  const wasHere = useRef(isHere);
  useEffect(() => {
    if (isHere && !wasHere.current) target.current?.focus();
    wasHere.current = isHere;
  }, [isHere]);
  return target;
}
