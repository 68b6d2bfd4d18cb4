import { clsx } from "clsx";
import { type ReactNode, Suspense } from "react";
import { ResizeHandle } from "../ui/resize-handle.tsx";
import type { Column } from "./layout-state.ts";
import { later } from "../ui/browser/later.ts";

const Drawer = later(() => import("../ui/popups/drawer.tsx"));

type ColumnFrameProps = {
  column: Column;
  side: "left" | "right";
  /** The name of the column, used for the drawer and the handle. */
  label: string;
  widths: { initial: number; min: number; max: number };
  /** Renders the content. Put the handle inside its landmark, so that it is found there. */
  children: (handle: ReactNode) => ReactNode;
};

/** Shows a column at its width, or as a drawer if there is no room. */
export function ColumnFrame({ column, side, label, widths, children }: ColumnFrameProps) {
  if (column.isDrawer) {
    return (
      <Suspense>
        <Drawer open={column.isOpen} onOpenChange={column.setOpen} side={side} label={label}>
          {children(null)}
        </Drawer>
      </Suspense>
    );
  }
  if (!column.isOpen) return null;
  const handle = (
    <ResizeHandle
      label={`Width of ${label}`}
      edge={side === "left" ? "right" : "left"}
      width={column.width}
      min={widths.min}
      max={widths.max}
      initial={widths.initial}
      onResize={column.setWidth}
    />
  );
  return (
    <div
      className={clsx("relative h-full max-w-[45vw] shrink-0", side === "left" ? "border-r" : "border-l")}
      style={{ width: column.width }}
    >
      {children(handle)}
    </div>
  );
}
