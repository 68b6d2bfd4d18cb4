import { Menu as Base } from "@base-ui/react/menu";
import { clsx } from "clsx";
import { type RefObject, useRef } from "react";
import { Kbd } from "../kbd.tsx";
import { toFinalFocus } from "./final-focus.ts";
import type { MenuEntry } from "./menu-entry.ts";
import { POPUP } from "./popup.ts";
import type { PopupTrigger } from "./popup-trigger.ts";

type MenuPopupProps = {
  label: string;
  entries: readonly MenuEntry[];
  side: "top" | "bottom" | "right";
  align: "start" | "end";
  anchor: RefObject<HTMLButtonElement | null>;
  popup: PopupTrigger;
};

/** The popup of a `Menu`. */
export default function MenuPopup({ label, entries, side, align, anchor, popup }: MenuPopupProps) {
  const shown = useRef<HTMLDivElement>(null);
  const takesFocus = useRef(false);
  const choose = (entry: MenuEntry) => {
    takesFocus.current = entry.takesFocus ?? false;
    entry.onSelect();
  };
  return (
    <Base.Root open={popup.isOpen} onOpenChange={popup.onOpenChange}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} side={side} align={align} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup
            aria-label={label}
            ref={shown}
            finalFocus={() => (takesFocus.current ? false : toFinalFocus(anchor.current, shown.current))}
            className={clsx(POPUP, "min-w-44 p-1")}
          >
            {entries.map((entry) => (
              <Base.Item
                key={entry.label}
                onClick={() => choose(entry)}
                className={clsx(
                  "flex h-7 items-center pointer-coarse:h-10 gap-2 rounded-md px-2 outline-none select-none data-highlighted:bg-hover",
                  "[&>svg]:size-3.5 [&>svg]:shrink-0 [&>svg]:text-muted",
                  entry.isDangerous && "text-removed [&>svg]:text-removed",
                )}
              >
                {entry.icon}
                <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                {entry.shortcut && (
                  <span aria-hidden className="inline-flex">
                    <Kbd keys={entry.shortcut} />
                  </span>
                )}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
