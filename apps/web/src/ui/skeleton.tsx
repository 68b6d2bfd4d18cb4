import { clsx } from "clsx";

/** Holds the place of one line or block that is being read. Appears after 200 ms, so that a fast answer never flickers. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div aria-hidden className="appear-late">
      <div className={clsx("animate-[breathe_1.6s_ease-in-out_infinite] rounded-md bg-active", className ?? "h-4 w-full")} />
    </div>
  );
}
