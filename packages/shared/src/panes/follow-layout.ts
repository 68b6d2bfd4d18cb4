import { type Layout, listPanes } from "./layout.ts";
import { mapPanes } from "./layout-tree.ts";
import { toTabKey } from "./tab.ts";

/** Returns a layout from elsewhere with the tabs visible that are visible here, so that nothing changes under a person's hands. */
export function followLayout(here: Layout, arrived: Layout): Layout {
  const visible = new Map(listPanes(here.root).map(({ id, active }) => [id, active]));
  const root = mapPanes(arrived.root, (pane) => {
    const active = visible.get(pane.id);
    if (active == null || active === pane.active || !pane.tabs.some((tab) => toTabKey(tab) === active)) return pane;
    return { ...pane, active };
  });
  const isThere = listPanes(root).some(({ id }) => id === here.activePaneId);
  return { ...arrived, root, activePaneId: isThere ? here.activePaneId : arrived.activePaneId };
}
