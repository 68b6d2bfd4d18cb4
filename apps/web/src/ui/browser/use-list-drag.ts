import { useRef, useState, type MouseEvent, type PointerEvent, type RefObject } from "react";

/** A row under the pointer: how far it was dragged, and the row it would be put before (null: to the end). */
interface Drag<Id> {
  id: Id;
  fromY: number;
  byY: number;
  before: Id | null;
}

interface ListDragOptions {
  /** How far the pointer moves before it drags, so that the handle can also be clicked. */
  minPx?: number;
  /** False where a finger scrolls the list. */
  withTouch?: boolean;
}

/**
 * Lets rows of a list be dragged by a handle, with a mouse, a pen or a finger. Elements whose middle decides the place carry
 * `data-drag-id`. `onDrop` is called only if the place is another.
 */
export function useListDrag<Id extends string>(
  list: RefObject<HTMLElement | null>,
  order: readonly Id[],
  onDrop: (id: Id, before: Id | null) => void,
  { minPx = 0, withTouch = true }: ListDragOptions = {},
) {
  const [pressed, setPressed] = useState<Drag<Id> | null>(null);
  const [hasMoved, setMoved] = useState(minPx === 0);
  const hasDropped = useRef(false);
  const drag = hasMoved ? pressed : null;
  const targetAt = (id: Id, y: number): Id | null => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>("[data-drag-id]") ?? [])];
    const next = rows.find((row) => {
      if (row.dataset["dragId"] === id) return false;
      const { top, height } = row.getBoundingClientRect();
      return y < top + height / 2;
    });
    return (next?.dataset["dragId"] as Id | undefined) ?? null;
  };
  const end = () => {
    setPressed(null);
    setMoved(minPx === 0);
  };
  const drop = () => {
    end();
    hasDropped.current = drag !== null;
    if (drag === null || order.length < 2) return;
    const isSame = drag.before === (order[order.indexOf(drag.id) + 1] ?? null);
    if (!isSame) onDrop(drag.id, drag.before);
  };
  return {
    drag,
    handle: (id: Id) => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0 || (!withTouch && event.pointerType === "touch")) return;
        hasDropped.current = false;
        event.currentTarget.setPointerCapture(event.pointerId);
        setPressed({ id, fromY: event.clientY, byY: 0, before: order[order.indexOf(id) + 1] ?? null });
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (pressed?.id !== id) return;
        const byY = event.clientY - pressed.fromY;
        if (Math.abs(byY) >= minPx) setMoved(true);
        setPressed({ ...pressed, byY, before: targetAt(id, event.clientY) });
      },
      onPointerUp: drop,
      onPointerCancel: end,
      // Browsers click what was dragged.
      onClickCapture: (event: MouseEvent<HTMLElement>) => {
        if (hasDropped.current) event.stopPropagation();
        hasDropped.current = false;
      },
    }),
  };
}
