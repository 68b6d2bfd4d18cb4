import { type ReactNode, useDeferredValue } from "react";

/**
 * Draws its content after what is around it, in a render of its own that yields to the browser. For the parts of the first view that may
 * come a frame later, so that no single task draws everything.
 */
export function Deferred({ children, fallback = null }: { children: ReactNode; fallback?: ReactNode }) {
  const isReady = useDeferredValue(true, false);
  return isReady ? children : fallback;
}
