import { clsx } from "clsx";
import { lazy, type ReactNode, Suspense } from "react";
import { ResizeHandle } from "../ui/resize-handle.tsx";
import type { Column } from "./layout-state.ts";

const Drawer = lazy(() => import("../ui/drawer.tsx"));

type ColumnFrameProps = {
  column: Column;
  side: "left" | "right";
  /** What it holds: name of the drawer and of the handle. */
  label: string;
  widths: { initial: number; min: number; max: number };
  children: ReactNode;
};

/** Holds a column at its width, or as a drawer where there is no room for it. */
export function ColumnFrame({ column, side, label, widths, children }: ColumnFrameProps) {
  if (column.isDrawer) {
    return (
      <Suspense>
        <Drawer open={column.isOpen} onOpenChange={column.setOpen} side={side} label={label}>
          {children}
        </Drawer>
      </Suspense>
    );
  }
  if (!column.isOpen) return null;
  return (
    <div className={clsx("relative h-full shrink-0", side === "left" ? "border-r" : "border-l")} style={{ width: column.width }}>
      {children}
      <ResizeHandle
        label={`Width of ${label}`}
        edge={side === "left" ? "right" : "left"}
        width={column.width}
        min={widths.min}
        max={widths.max}
        initial={widths.initial}
        onResize={column.setWidth}
      />
    </div>
  );
}
