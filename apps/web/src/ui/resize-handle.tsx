import { clsx } from "clsx";
import type { KeyboardEvent, PointerEvent } from "react";

type ResizeHandleProps = {
  /** The accessible name: the region that is resized. */
  label: string;
  /** The width of the region, in pixels. */
  width: number;
  min: number;
  max: number;
  /** The edge of the region where the handle is. */
  edge: "left" | "right";
  onResize: (width: number) => void;
  /** The width that a double click restores. */
  initial: number;
};

const STEP = 16;

/** A thin line between two regions that can be dragged or moved with the arrow keys. */
export function ResizeHandle({ label, width, min, max, edge, onResize, initial }: ResizeHandleProps) {
  const grows = edge === "right" ? 1 : -1;
  const resize = (next: number) => onResize(Math.round(Math.min(max, Math.max(min, next))));

  const drag = (event: PointerEvent<HTMLHRElement>) => {
    if (event.button !== 0) return;
    const handle: HTMLHRElement = event.currentTarget;
    const from = event.clientX;
    const ended = new AbortController();
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener("pointermove", (move) => resize(width + (move.clientX - from) * grows), { signal: ended.signal });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => ended.abort(), { signal: ended.signal });
  };
  const press = (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    resize(width + direction * STEP * grows);
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a focusable separator is a widget, ARIA's window splitter
    <hr
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- for the same reason
      tabIndex={0}
      onPointerDown={drag}
      onDoubleClick={() => resize(initial)}
      onKeyDown={press}
      className={clsx(
        "group absolute inset-y-0 z-10 m-0 h-auto w-[9px] cursor-col-resize touch-none border-0 outline-none",
        "before:absolute before:inset-y-0 before:left-1 before:w-px before:transition-colors hover:before:bg-line-strong",
        "focus-visible:before:w-0.5 focus-visible:before:bg-accent active:before:bg-accent",
        edge === "right" ? "-right-[5px]" : "-left-[5px]",
      )}
    />
  );
}
