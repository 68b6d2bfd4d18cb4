import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { Kbd } from "./kbd.tsx";

type TooltipProps = {
  /** What the element is called or does. It is never the only place where that is said. */
  label: ReactNode;
  /** Keys as for `Kbd`: `"Mod+T"`. */
  shortcut?: string | undefined;
  side?: "top" | "bottom" | "left" | "right";
  /** The element it belongs to; it must accept a ref and DOM props. */
  children: ReactElement<Record<string, unknown>>;
};

/** A short label beside an element while the pointer rests on it or focus is there. */
export function Tooltip({ label, shortcut, side = "bottom", children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup className="flex max-w-80 items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-sm text-ink shadow-popup transition-opacity data-ending-style:opacity-0 data-instant:transition-none data-starting-style:opacity-0">
            <span className="min-w-0 break-words">{label}</span>
            {shortcut && <Kbd keys={shortcut} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Wrap the page in it once: neighbouring tooltips then follow each other without a delay. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider delay={450} closeDelay={0} timeout={300}>
      {children}
    </Base.Provider>
  );
}
