import { useSyncExternalStore } from "react";

/** Whether a media query matches, kept up to date. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
  );
}

/** Too narrow for anything next to the chat: the sidebar is a drawer. */
export const NARROW = "(max-width: 767px)";
/** Too narrow for the right rail next to the chat: it is a drawer. */
export const COMPACT = "(max-width: 1023px)";
/** Touched by fingers, which need targets of 40 px. */
export const COARSE = "(pointer: coarse)";
