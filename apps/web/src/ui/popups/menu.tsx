import { type KeyboardEvent, type ReactNode, Suspense, useRef } from "react";
import type { MenuEntry } from "./menu-entry.ts";
import { usePopupTrigger } from "./popup-trigger.ts";
import { later } from "../browser/later.ts";

const MenuPopup = later(() => import("./menu-popup.tsx"));

type MenuProps = {
  /** The accessible name of the button. */
  label: string;
  /** The icon of the button. */
  icon: ReactNode;
  entries: readonly MenuEntry[];
  side?: "top" | "bottom" | "right";
  align?: "start" | "end";
  className?: string;
};

/** An icon button that opens a list of actions. */
export function Menu({ label, icon, entries, side = "bottom", align = "start", className }: MenuProps) {
  const anchor = useRef<HTMLButtonElement>(null);
  const popup = usePopupTrigger(anchor);
  const press = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" || popup.isOpen) return;
    event.preventDefault();
    event.stopPropagation();
    popup.open();
  };
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={popup.isOpen}
        data-popup-open={popup.isOpen ? "" : undefined}
        onClick={popup.toggle}
        onKeyDown={press}
        className={className}
      >
        {icon}
      </button>
      {popup.isMounted && (
        <Suspense>
          <MenuPopup label={label} entries={entries} side={side} align={align} anchor={anchor} popup={popup} />
        </Suspense>
      )}
    </>
  );
}
