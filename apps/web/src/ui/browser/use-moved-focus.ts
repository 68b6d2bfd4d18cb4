import { useLayoutEffect, useRef } from "react";

/** Keeps the focus on a control whose row moves, because a moved element loses it. Returns a function to call before the move. */
export function useMovedFocus(): () => void {
  const control = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const kept = control.current;
    control.current = null;
    if (kept?.isConnected && document.activeElement !== kept) kept.focus();
  });
  return () => {
    control.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  };
}
