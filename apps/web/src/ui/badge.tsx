import { clsx } from "clsx";
import type { ComponentProps } from "react";

const TONE = {
  neutral: "bg-inset text-muted",
  accent: "bg-accent-soft text-accent",
  amber: "bg-amber-soft text-amber",
  added: "bg-added-soft text-added",
  removed: "bg-removed-soft text-removed",
};

/** A word or a count on a muted background. `amber` means that the person is needed. */
export function Badge({ tone = "neutral", className, children, ...rest }: ComponentProps<"span"> & { tone?: keyof typeof TONE }) {
  return (
    <span
      {...rest}
      className={clsx(
        "tabular inline-flex h-[18px] shrink-0 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap",
        TONE[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
