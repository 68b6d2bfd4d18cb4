import { clsx } from "clsx";

type AskingCountProps = {
  count: number;
  /** What is counted, if it is not only questions. */
  title?: string | undefined;
  className?: string;
};

/** The number of what waits for the person: questions, if `title` says nothing else. Renders nothing for zero. */
export function AskingCount({ count, title, className }: AskingCountProps) {
  if (count === 0) return null;
  return (
    <span
      title={title ?? (count === 1 ? "1 question for you" : `${count} questions for you`)}
      className={clsx(
        "tabular inline-grid h-4 min-w-4 shrink-0 place-items-center rounded-full bg-amber-soft px-1 text-[11px] leading-none font-semibold text-amber",
        className,
      )}
    >
      {count > 99 ? "99+" : count}
    </span>
  );
}
