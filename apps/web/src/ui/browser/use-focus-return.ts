import { useEffect, useRef, type RefObject } from "react";

/**
 * A reference to what takes the focus each time `isHere` becomes true, though not when it is so from the beginning: where one control
 * takes another's place, the keyboard stays there.
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
