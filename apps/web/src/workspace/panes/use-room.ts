import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import type { Room } from "@boocode/shared/panes/pane-views";

/** The size of an element, kept up to date. */
export function useRoom(): { frame: RefObject<HTMLDivElement | null>; room: Room } {
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Room>(() => ({ width: window.innerWidth, height: window.innerHeight }));
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => {
      const { width, height } = element.getBoundingClientRect();
      setRoom((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { frame, room };
}
