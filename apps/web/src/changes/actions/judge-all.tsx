import { Button } from "../../ui/button.tsx";
import { toCount } from "../../ui/labels.ts";
import { Tooltip } from "../../ui/popups/tooltip.tsx";
import type { Verb } from "./explain-disabled.ts";

type JudgeAllProps = {
  /** The number of files that the buttons act on. */
  count: number;
  /** The number of all files. */
  total: number;
  /** True if the files are not all that is pending, so that the buttons say so. */
  isPart: boolean;
  why: (verb: Verb) => string | null;
  isBusy: boolean;
  onJudge: (verb: Verb) => void;
};

/** Applies or rejects all files shown. */
export function JudgeAll({ count, total, isPart, why, isBusy, onJudge }: JudgeAllProps) {
  if (count === 0) return null;
  const files = isPart ? `${count} of ${toCount(total, "file")}` : toCount(count, "file");
  const props = (verb: Verb) => {
    const reason = why(verb);
    return { "aria-disabled": reason !== null || isBusy, onClick: () => reason === null && !isBusy && onJudge(verb) };
  };
  return (
    <span className="ml-auto flex shrink-0 gap-1">
      <Tooltip label={why("reject") ?? `Take back ${files} in the session's worktree`}>
        <Button size="sm" variant="quiet" className="aria-disabled:opacity-50 pointer-coarse:h-10!" {...props("reject")}>
          {isPart ? `Reject ${files}` : "Reject all"}
        </Button>
      </Tooltip>
      <Tooltip label={why("apply") ?? `Write ${files} to the project's folder`}>
        <Button size="sm" variant="primary" className="aria-disabled:opacity-50 pointer-coarse:h-10!" {...props("apply")}>
          {isPart ? `Apply ${files}` : count === 1 ? "Apply all" : `Apply all ${files}`}
        </Button>
      </Tooltip>
    </span>
  );
}
