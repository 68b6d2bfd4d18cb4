import type { ProjectId } from "@boocode/shared/ids";
import { moveInOrder } from "@boocode/shared/projects/order-projects";
import { type RefObject, useState } from "react";
import { useChangeSettings } from "../../api/use-settings.ts";
import { useListDrag } from "../../ui/browser/use-list-drag.ts";
import { useMovedFocus } from "../../ui/browser/use-moved-focus.ts";
import type { ProjectMove } from "./project-header.tsx";

/** The pointer drags a name after this distance; until then it clicks it. */
const DRAG_PX = 5;

/** Lets the person order projects, by drag, keys and menu. `said`: what has happened, for screen readers. */
export function useProjectMoves(list: RefObject<HTMLElement | null>, order: readonly ProjectId[]) {
  const change = useChangeSettings();
  const keepFocus = useMovedFocus();
  const [said, setSaid] = useState("");
  const put = (id: ProjectId, before: ProjectId | null) => {
    const projectOrder = moveInOrder(order, id, before);
    keepFocus();
    change.mutate({ projectOrder });
    setSaid(`Moved to place ${projectOrder.indexOf(id) + 1} of ${order.length}`);
  };
  // A finger on a name scrolls the list.
  const { drag, handle } = useListDrag(list, order, put, { minPx: DRAG_PX, withTouch: false });
  const moveOf = (id: ProjectId): ProjectMove => {
    const at = order.indexOf(id);
    const [above, below] = [order[at - 1], order[at + 1]];
    return {
      up: above === undefined ? null : () => put(id, above),
      down: below === undefined ? null : () => put(id, order[at + 2] ?? null),
      handle: handle(id),
      isDragged: drag?.id === id,
      isTarget: drag !== null && drag.id !== id && drag.before === id,
    };
  };
  return { moveOf, said, isTargetEnd: drag !== null && drag.before === null };
}
