import { clsx } from "clsx";
import { createPortal } from "react-dom";
import type { TabDrag } from "./use-tab-drag.ts";

/** Shows the tab that is dragged, and where it would be dropped. */
export function DropPreview({ drag: { title, x, y, target } }: { drag: TabDrag }) {
  return createPortal(
    <div aria-hidden className="pointer-events-none fixed inset-0 z-50">
      {target && (
        <div
          data-drop-preview
          style={target.box}
          className={clsx("absolute", "index" in target.at ? "rounded-full bg-accent" : "border border-accent bg-accent/10")}
        />
      )}
      <div
        style={{ left: x + 12, top: y + 8 }}
        className="absolute max-w-48 truncate rounded-md border border-line bg-raised px-2 py-1 text-sm text-ink"
      >
        {title}
      </div>
    </div>,
    document.body,
  );
}
