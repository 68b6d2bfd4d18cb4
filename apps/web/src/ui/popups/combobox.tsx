import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, Suspense, useRef, useId } from "react";
import type { ComboboxOption } from "./combobox-option.ts";
import { usePopupTrigger } from "./popup-trigger.ts";
import { later } from "../browser/later.ts";

const ComboboxPopup = later(() => import("./combobox-popup.tsx"));

type ComboboxProps = {
  /** The accessible name, such as "Agent". */
  label: string;
  options: readonly ComboboxOption[];
  value: string | null;
  onChange: (value: string) => void;
  /** Shown if nothing is chosen. */
  placeholder?: string;
  /** Shown if the search finds nothing. */
  emptyText?: string;
  side?: "top" | "bottom";
  align?: "start" | "end";
  disabled?: boolean;
  /** There is nothing else to choose: it looks like plain text. */
  isOnly?: boolean;
  /** `field` has a border and fills its column, for forms; `quiet` is plain text, for toolbars. */
  variant?: "quiet" | "field";
  className?: string;
};

/** A searchable choice among many options. */
export function Combobox(props: ComboboxProps) {
  const { label, options, value, placeholder = "Choose", emptyText = "Nothing found", side = "top", align = "start" } = props;
  const anchor = useRef<HTMLButtonElement>(null);
  const popup = usePopupTrigger(anchor);
  const id = useId();
  const chosen = options.find((option) => option.value === value) ?? null;
  const press = (event: KeyboardEvent) => {
    if (popup.isOpen || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    popup.open();
  };
  return (
    <>
      <button
        ref={anchor}
        type="button"
        role="combobox"
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={popup.isOpen}
        aria-controls={popup.isOpen ? id : undefined}
        data-popup-open={popup.isOpen ? "" : undefined}
        disabled={props.disabled === true || props.isOnly === true}
        onClick={popup.toggle}
        onKeyDown={press}
        className={clsx(
          "inline-flex max-w-full min-w-0 items-center gap-1.5 rounded-md text-left transition-colors",
          props.isOnly !== true && "disabled:opacity-50",
          props.variant === "field"
            ? "h-8 w-full pointer-coarse:h-10 border border-line-strong bg-raised px-2.5 text-base hover:bg-inset"
            : "h-6 px-1.5 text-sm pointer-coarse:h-10 text-muted enabled:hover:bg-hover enabled:hover:text-ink data-popup-open:bg-hover data-popup-open:text-ink",
          props.className,
        )}
      >
        {chosen?.icon}
        <span className={clsx("min-w-0 flex-1 truncate", !chosen && "text-faint")}>{chosen?.label ?? placeholder}</span>
        {props.isOnly !== true && <ChevronDown aria-hidden className="size-3 shrink-0 text-faint" />}
      </button>
      {popup.isMounted && (
        <Suspense>
          <ComboboxPopup
            id={id}
            label={label}
            options={options}
            chosen={chosen}
            onChange={props.onChange}
            emptyText={emptyText}
            side={side}
            align={align}
            anchor={anchor}
            popup={popup}
          />
        </Suspense>
      )}
    </>
  );
}
