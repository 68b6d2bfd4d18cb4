import type { ChangeId } from "@boocode/shared/ids";
import clsx from "clsx";
import { Check } from "lucide-react";
import { useReview } from "./review.tsx";

type ViewedMarkProps = {
  changeId: ChangeId;
  /** False in a row that the Tab key skips. */
  isReachable: boolean;
};

/** Says whether a person has viewed a change, and lets them say so. */
export function ViewedMark({ changeId, isReachable }: ViewedMarkProps) {
  const review = useReview();
  if (!review) return null;
  const isViewed = review.viewed.has(changeId);
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={isViewed}
      aria-label="Viewed"
      title={isViewed ? "Viewed. The mark goes when the file changes" : "Mark as viewed (V)"}
      tabIndex={isReachable ? 0 : -1}
      onClick={() => review.markViewed(changeId, !isViewed)}
      // A target larger than the box.
      className="group/mark flex size-6 shrink-0 items-center justify-center pointer-coarse:size-10"
    >
      <span
        aria-hidden
        className={clsx(
          "flex size-3.5 items-center justify-center rounded-sm border",
          isViewed ? "border-accent bg-accent-soft text-accent" : "border-line-strong text-transparent group-hover/mark:border-accent",
        )}
      >
        <Check className="size-2.5" strokeWidth={3} />
      </span>
    </button>
  );
}
