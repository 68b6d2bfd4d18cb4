import { clsx } from "clsx";
import type { ComponentProps } from "react";

/** A single-line text field. Needs an `aria-label` or a label. */
export function TextField({ className, ...rest }: ComponentProps<"input">) {
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={clsx(
        "h-8 w-full pointer-coarse:h-10 min-w-0 rounded-md border border-line-strong bg-raised px-2.5 text-base text-ink transition-colors",
        "focus:border-accent focus:outline-1 focus:outline-accent disabled:opacity-50 aria-invalid:border-removed",
        className,
      )}
    />
  );
}
