import { clsx } from "clsx";
import { Inbox } from "lucide-react";
import { AskingCount } from "../../agents/asking-count.tsx";
import { useOpenPermissions } from "../../agents/use-permissions.ts";
import { Link, usePath } from "../../ui/browser/location.tsx";
import { Tooltip } from "../../ui/popups/tooltip.tsx";
import { useHeldTasks } from "./use-held-tasks.ts";
import { describeWaiting } from "./describe-waiting.ts";
import { INBOX_KEYS, INBOX_PATH } from "./inbox-path.ts";

/** The way to the questions and held messages of all sessions, with their number. `isQuiet`: only while there are some. */
export function InboxLink({ isQuiet = false, className }: { isQuiet?: boolean; className?: string }) {
  const questions = useOpenPermissions()?.length ?? 0;
  const held = useHeldTasks().length;
  const count = questions + held;
  const words = describeWaiting(questions, held);
  const isHere = usePath() === INBOX_PATH;
  if (isQuiet && count === 0) return null;
  return (
    <Tooltip label="Inbox" shortcut={INBOX_KEYS}>
      <Link
        to={INBOX_PATH}
        aria-label={words === null ? "Inbox" : `Inbox, ${words}`}
        aria-current={isHere ? "page" : undefined}
        className={clsx(
          "inline-flex h-7 min-w-7 shrink-0 items-center justify-center gap-1 rounded-md px-1.5 text-muted transition-colors hover:bg-hover hover:text-ink",
          isHere && "bg-active text-ink",
          className,
        )}
      >
        <Inbox aria-hidden className="size-4" />
        <AskingCount count={count} title={words ?? undefined} />
      </Link>
    </Tooltip>
  );
}
