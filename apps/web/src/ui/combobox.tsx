import { Combobox as Base } from "@base-ui/react/combobox";
import { clsx } from "clsx";
import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { POPUP } from "./popover.tsx";

/** One thing to choose. */
export interface ComboboxOption {
  value: string;
  label: string;
  /** A muted word behind the label: a version, "scripted". */
  hint?: string | undefined;
  icon?: ReactNode;
  disabled?: boolean | undefined;
}

type ComboboxProps = {
  /** Its accessible name: "Agent". */
  label: string;
  options: readonly ComboboxOption[];
  value: string | null;
  onChange: (value: string) => void;
  /** Shown while nothing is chosen. */
  placeholder?: string;
  /** What the empty search says. */
  emptyText?: string;
  side?: "top" | "bottom";
  align?: "start" | "end";
  disabled?: boolean;
  /** `field` has a border and fills its column, for forms; `quiet` is bare text, for toolbars. */
  variant?: "quiet" | "field";
  className?: string;
};

/** A choice among many, found by typing. Looks like plain text until it is used. */
export function Combobox(props: ComboboxProps) {
  const {
    label,
    options,
    value,
    onChange,
    placeholder = "Choose",
    emptyText = "Nothing found",
    side = "top",
    align = "start",
    disabled = false,
  } = props;
  const chosen = options.find((option) => option.value === value) ?? null;
  return (
    <Base.Root<ComboboxOption>
      items={options}
      value={chosen}
      onValueChange={(option) => option && onChange(option.value)}
      isItemEqualToValue={(a, b) => a.value === b.value}
      itemToStringLabel={(option) => (option.hint ? `${option.label} ${option.hint}` : option.label)}
      disabled={disabled}
      autoHighlight
    >
      <Base.Trigger
        aria-label={label}
        className={clsx(
          "inline-flex max-w-full min-w-0 items-center gap-1.5 rounded-md text-left transition-colors disabled:opacity-50",
          props.variant === "field"
            ? "h-8 w-full border border-line-strong bg-raised px-2.5 text-base hover:bg-inset"
            : "h-6 px-1.5 text-sm text-muted hover:bg-hover hover:text-ink data-popup-open:bg-hover data-popup-open:text-ink",
          props.className,
        )}
      >
        {chosen?.icon}
        <span className={clsx("min-w-0 flex-1 truncate", !chosen && "text-faint")}>{chosen?.label ?? placeholder}</span>
        <ChevronDown aria-hidden className="size-3 shrink-0 text-faint" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup
            aria-label={label}
            className={clsx(
              POPUP,
              "flex max-h-[min(22rem,var(--available-height))] w-64 max-w-(--available-width) flex-col overflow-hidden",
            )}
          >
            <Base.Input
              aria-label={`Search ${label.toLowerCase()}`}
              placeholder="Search…"
              className="h-9 shrink-0 border-b border-line bg-transparent px-3 text-base outline-none"
            />
            <Base.Empty className="px-3 py-3 text-sm text-faint empty:hidden">{emptyText}</Base.Empty>
            <Base.List className="min-h-0 flex-1 overflow-auto overscroll-contain p-1 empty:hidden">
              {(option: ComboboxOption) => (
                <Base.Item
                  key={option.value}
                  value={option}
                  disabled={option.disabled ?? false}
                  className="flex h-7 items-center gap-2 rounded-md px-2 outline-none select-none data-disabled:text-faint data-highlighted:bg-hover"
                >
                  {option.icon}
                  <span className="min-w-0 truncate">{option.label}</span>
                  {option.hint && <span className="shrink-0 truncate text-sm text-faint">{option.hint}</span>}
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
