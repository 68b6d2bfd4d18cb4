import { Popover as Base } from "@base-ui/react/popover";
import { clsx } from "clsx";
import type { ReactElement, ReactNode } from "react";

/** How every floating surface looks. */
export const POPUP =
  "rounded-lg border border-line bg-raised text-ink shadow-popup outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0";

type PopoverProps = {
  /** The button that opens it; it must accept a ref and DOM props. */
  trigger: ReactElement<Record<string, unknown>>;
  /** Its accessible name. */
  label: string;
  side?: "top" | "bottom" | "left" | "right";
  align?: "start" | "center" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  className?: string;
  children: ReactNode;
};

/** More about something, beside it. Focus goes in and comes back to the trigger. */
export function Popover({ trigger, label, side = "bottom", align = "start", className, children, ...state }: PopoverProps) {
  return (
    <Base.Root {...state}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} collisionPadding={8} className="z-40">
          <Base.Popup
            aria-label={label}
            className={clsx(POPUP, "max-h-(--available-height) max-w-(--available-width) overflow-auto p-3", className)}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
