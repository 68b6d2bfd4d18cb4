import { Dialog as Base } from "@base-ui/react/dialog";
import { clsx } from "clsx";
import type { ReactNode } from "react";

type DrawerProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  side: "left" | "right";
  /** The accessible name. */
  label: string;
  children: ReactNode;
};

/** A region shown over the page on narrow screens. Escape or a tap outside closes it. */
export default function Drawer({ open, onOpenChange, side, label, children }: DrawerProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-overlay transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          aria-label={label}
          className={clsx(
            "fixed inset-y-0 z-30 flex flex-col bg-canvas pb-[env(safe-area-inset-bottom)] shadow-popup outline-none",
            "w-[min(22rem,calc(100vw-3rem))] transition-transform duration-150 ease-out",
            side === "left" && "left-0 border-r data-ending-style:-translate-x-full data-starting-style:-translate-x-full",
            side === "right" && "right-0 border-l data-ending-style:translate-x-full data-starting-style:translate-x-full",
          )}
        >
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
