import { useSyncExternalStore } from "react";

/** Whether a media query holds, kept fresh. */
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

/** Too narrow for anything beside the chat: the sidebar is a drawer. */
export const NARROW = "(max-width: 767px)";
/** Too narrow for the right rail beside the chat: it is a drawer. */
export const COMPACT = "(max-width: 1023px)";
