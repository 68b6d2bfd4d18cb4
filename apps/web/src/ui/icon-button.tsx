import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { Tooltip } from "./popups/tooltip.tsx";

type IconButtonProps = Omit<ComponentProps<"button">, "aria-label"> & {
  /** The accessible name, also shown as a tooltip. */
  label: string;
  shortcut?: string;
  size?: "sm" | "md";
  /** The state of a toggle button. */
  pressed?: boolean;
  tooltipSide?: "top" | "bottom" | "left" | "right";
};

/** A square button with only an icon: 16 px icons in `md` (28 px), 14 px in `sm` (24 px); 40 px where it is touched. */
export function IconButton({ label, shortcut, size = "md", pressed, tooltipSide = "bottom", className, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} shortcut={shortcut} side={tooltipSide}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        className={clsx(
          "inline-flex shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink active:bg-active",
          "disabled:pointer-events-none disabled:opacity-40 aria-expanded:bg-hover aria-pressed:text-ink data-popup-open:bg-hover",
          size === "sm" ? "size-6 [&>svg]:size-3.5" : "size-7 [&>svg]:size-4",
          "pointer-coarse:size-10",
          className,
        )}
      />
    </Tooltip>
  );
}
