import { clsx } from "clsx";

/** The number of questions waiting for the person. Renders nothing for zero. */
export function AskingCount({ count, className }: { count: number; className?: string }) {
  if (count === 0) return null;
  return (
    <span
      title={count === 1 ? "1 question for you" : `${count} questions for you`}
      className={clsx(
        "tabular inline-grid h-4 min-w-4 shrink-0 place-items-center rounded-full bg-amber-soft px-1 text-[11px] leading-none font-semibold text-amber",
        className,
      )}
    >
      {count > 99 ? "99+" : count}
    </span>
  );
}
