import { clsx } from "clsx";

/** A placeholder for a line or block that is loading. Appears after 200 ms, so that a fast answer causes no flicker. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div aria-hidden className="appear-late">
      <div className={clsx("animate-[breathe_1.6s_ease-in-out_infinite] rounded-md bg-active", className ?? "h-4 w-full")} />
    </div>
  );
}
