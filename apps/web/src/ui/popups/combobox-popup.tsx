import { Combobox as Base } from "@base-ui/react/combobox";
import { clsx } from "clsx";
import { type RefObject, useRef } from "react";
import { Check } from "lucide-react";
import type { ComboboxOption } from "./combobox-option.ts";
import { toFinalFocus } from "./final-focus.ts";
import { POPUP } from "./popup.ts";
import type { PopupTrigger } from "./popup-trigger.ts";

type ComboboxPopupProps = {
  id: string;
  label: string;
  options: readonly ComboboxOption[];
  chosen: ComboboxOption | null;
  onChange: (value: string) => void;
  emptyText: string;
  side: "top" | "bottom";
  align: "start" | "end";
  anchor: RefObject<HTMLButtonElement | null>;
  popup: PopupTrigger;
};

/** The popup of a `Combobox`: a search field and the matches. */
export default function ComboboxPopup({ id, label, options, chosen, onChange, emptyText, side, align, anchor, popup }: ComboboxPopupProps) {
  const shown = useRef<HTMLDivElement>(null);
  return (
    <Base.Root<ComboboxOption>
      items={options}
      value={chosen}
      onValueChange={(option) => option && onChange(option.value)}
      isItemEqualToValue={(a, b) => a.value === b.value}
      itemToStringLabel={(option) => (option.hint ? `${option.label} ${option.hint}` : option.label)}
      open={popup.isOpen}
      onOpenChange={popup.onOpenChange}
      autoHighlight
    >
      <Base.Portal>
        <Base.Positioner anchor={anchor} side={side} align={align} sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup
            id={id}
            aria-label={label}
            ref={shown}
            finalFocus={() => toFinalFocus(anchor.current, shown.current)}
            className={clsx(
              POPUP,
              "flex max-h-[min(22rem,var(--available-height))] w-72 max-w-(--available-width) flex-col overflow-hidden",
            )}
          >
            <Base.Input
              aria-label={`Search ${label.toLowerCase()}`}
              placeholder="Search…"
              className="h-9 shrink-0 pointer-coarse:h-10 border-b border-line bg-transparent px-3 text-base outline-none"
            />
            <Base.Empty className="px-3 py-3 text-sm text-faint empty:hidden">{emptyText}</Base.Empty>
            <Base.List className="min-h-0 flex-1 overflow-auto overscroll-contain p-1 empty:hidden">
              {(option: ComboboxOption) => (
                <Base.Item
                  key={option.value}
                  value={option}
                  disabled={option.disabled ?? false}
                  className="flex min-h-7 items-center pointer-coarse:min-h-10 gap-2 rounded-md px-2 outline-none select-none data-disabled:text-faint data-highlighted:bg-hover"
                >
                  {option.icon}
                  <span className={clsx("flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2", option.detail && "py-1")}>
                    <span className="max-w-[70%] shrink-0 truncate">{option.label}</span>
                    {option.hint && <span className="min-w-0 flex-1 truncate text-sm text-faint">{option.hint}</span>}
                    {option.detail && <span className="w-full text-xs break-words text-faint">{option.detail}</span>}
                  </span>
                  <Base.ItemIndicator className="ml-auto shrink-0 text-muted">
                    <Check aria-hidden className="size-3.5" />
                  </Base.ItemIndicator>
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
