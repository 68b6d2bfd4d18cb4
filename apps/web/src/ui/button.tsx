import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { Spinner } from "./spinner.tsx";

type ButtonProps = ComponentProps<"button"> & {
  /** Use `primary` at most once per view; `quiet` has no background until it is hovered. */
  variant?: "primary" | "secondary" | "quiet" | "danger";
  size?: "sm" | "md";
  /** Shows a spinner instead of the label, keeps the width, and ignores clicks. */
  busy?: boolean;
};

const VARIANT = {
  primary: "bg-ink text-canvas hover:opacity-90 active:opacity-80",
  secondary: "border border-line-strong bg-raised text-ink hover:bg-inset",
  quiet: "text-muted hover:bg-hover hover:text-ink active:bg-active",
  danger: "border border-line-strong bg-raised text-removed hover:bg-removed-soft",
};

/** A button with text. For a button with only an icon, use `IconButton`. */
export function Button({ variant = "secondary", size = "md", busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={clsx(
        "relative inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors select-none",
        size === "sm" ? "h-6 px-2 text-sm" : "h-8 px-3 text-base",
        "pointer-coarse:h-10",
        "disabled:opacity-50 disabled:pointer-events-none",
        VARIANT[variant],
        className,
      )}
    >
      <span className={clsx("inline-flex items-center gap-1.5", busy && "invisible")}>{children}</span>
      {busy && <Spinner className="absolute" />}
    </button>
  );
}
