import { clsx } from "clsx";
import { Trash2 } from "lucide-react";
import { Link, usePath } from "../../ui/browser/location.tsx";
import { toShortCount } from "../../ui/labels.ts";
import { Tooltip } from "../../ui/popups/tooltip.tsx";
import { describeCount } from "./describe-entry.ts";
import { TRASH_PATH, useTrash } from "./use-trash.ts";

/** The way to the trash, with the number of things in it. */
export function TrashLink() {
  const { data: entries = [] } = useTrash();
  const isHere = usePath() === TRASH_PATH;
  const count = entries.length;
  return (
    <Tooltip label="Trash" side="top">
      <Link
        to={TRASH_PATH}
        aria-label={count === 0 ? "Trash" : `Trash, ${describeCount(entries)}`}
        aria-current={isHere ? "page" : undefined}
        className={clsx(
          "tabular ml-auto inline-flex h-7 min-w-7 items-center justify-center gap-1 rounded-md px-1.5 text-sm text-muted transition-colors hover:bg-hover hover:text-ink",
          isHere && "bg-active text-ink",
        )}
      >
        <Trash2 aria-hidden className="size-4" />
        {count > 0 && toShortCount(count)}
      </Link>
    </Tooltip>
  );
}
