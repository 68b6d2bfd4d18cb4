import clsx from "clsx";
import { Check, FilePen, X } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Tooltip } from "../../ui/popups/tooltip.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import type { Verb } from "./explain-disabled.ts";

const LABEL = { apply: "Apply", write: "Write", reject: "Reject" } as const;
const KEY = { apply: "A", write: undefined, reject: "R" } as const;
const ICON = { apply: Check, write: FilePen, reject: X };
const DONE = { apply: "Applied", write: "Written", reject: "Rejected" } as const;

export type Judge = (verb: Verb, by: "key" | "pointer") => void;

type JudgeButtonsProps = {
  verbs: readonly Verb[];
  /** Completes the names of the buttons for those who do not see the row: "this hunk". */
  of?: string;
  /** Why a button does not work now; null if it does. */
  why: (verb: Verb) => string | null;
  isBusy: boolean;
  /** False in a row that the Tab key skips. */
  isReachable: boolean;
  /** Shows icons where words have no room. */
  isSmall?: boolean;
  onJudge: Judge;
  className?: string;
};

/** Apply and Reject. A button that cannot be used says why. */
export function JudgeButtons({ verbs, of, why, isBusy, isReachable, isSmall = false, onJudge, className }: JudgeButtonsProps) {
  return (
    <span className={clsx("flex items-center gap-1", className)}>
      {isBusy && <Spinner size={12} />}
      {verbs.map((verb) => {
        const reason = why(verb);
        const Icon = ICON[verb];
        return (
          <Tooltip key={verb} label={reason ?? DESCRIPTION[verb]} shortcut={reason ? undefined : KEY[verb]}>
            <Button
              size="sm"
              variant="secondary"
              tabIndex={isReachable ? 0 : -1}
              aria-label={of ? `${LABEL[verb]} ${of}` : LABEL[verb]}
              aria-disabled={reason !== null || isBusy}
              onClick={(event) => {
                event.stopPropagation();
                // A click that no pointer made has no clicks to count.
                if (reason === null && !isBusy) onJudge(verb, event.detail === 0 ? "key" : "pointer");
              }}
              className={clsx("h-5! aria-disabled:opacity-50 pointer-coarse:h-10!", isSmall ? "px-1!" : "px-1.5! pointer-coarse:px-2!")}
            >
              {isSmall ? <Icon aria-hidden className="size-3" /> : LABEL[verb]}
            </Button>
          </Tooltip>
        );
      })}
    </span>
  );
}

const DESCRIPTION = {
  apply: "Write this to the project's folder",
  write: "Write this to the session's worktree",
  reject: "Take this back in the session's worktree",
} as const;

/** What was done with a file or a hunk that keeps its place. */
export function JudgedMark({ verb }: { verb: Verb }) {
  return (
    <span className="flex items-center gap-1 text-sm text-muted">
      {verb !== "reject" && <Check aria-hidden className="size-3.5 text-added" />}
      {DONE[verb]}
    </span>
  );
}

/** What can be done with a file: one that is staged can be written to the worktree too. */
export const verbsOf = (isStaged: boolean): readonly Verb[] => (isStaged ? ["apply", "write", "reject"] : HUNK_VERBS);
/** What can be done with a hunk. */
export const HUNK_VERBS: readonly Verb[] = ["apply", "reject"];
