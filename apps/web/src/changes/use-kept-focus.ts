import { useEffect, useRef, type FocusEvent } from "react";

/**
 * Keeps the keyboard focus in an element whose children come and go: if the focused child is removed, `bringBack` is called to focus
 * another. Spread the returned handlers on the element.
 */
export function useKeptFocus(bringBack: (lost: Element) => void) {
  const focused = useRef<Element | null>(null);
  useEffect(() => {
    const lost = focused.current;
    if (lost === null || lost.isConnected || document.activeElement !== document.body) return;
    focused.current = null;
    bringBack(lost);
  });
  return {
    onFocus: ({ target, currentTarget }: FocusEvent<HTMLElement>) => {
      focused.current = currentTarget.contains(target) ? target : null;
    },
    onBlur: ({ target }: FocusEvent<HTMLElement>) => {
      // A removed element may be blurred too, before it is gone.
      setTimeout(() => {
        if (target.isConnected && focused.current === target) focused.current = null;
      });
    },
  };
}
