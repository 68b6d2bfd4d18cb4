import clsx from "clsx";
import { ChevronRight, Folder } from "lucide-react";
import { toCount } from "../../ui/labels.ts";
import { showPath } from "../../files/show-path.ts";
import type { FoldedFolder } from "./fold-files.ts";

type FolderRowProps = { folder: FoldedFolder; isNarrow: boolean; onToggle: (path: string) => void };

/** The row of a folder of new files, which shows them on request. */
export function FolderRow({ folder: { path, name, files, additions, depth, isOpen }, isNarrow, onToggle }: FolderRowProps) {
  return (
    <div role="row" aria-label={showPath(path)}>
      <div role="gridcell">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => onToggle(path)}
          title={showPath(path)}
          style={{ paddingLeft: `${(isNarrow ? 8 : 12) + depth * 12}px` }}
          className="flex h-8 w-full items-center gap-2 pr-3 text-left hover:bg-hover focus-visible:-outline-offset-2"
        >
          <ChevronRight aria-hidden className={clsx("size-3 shrink-0 text-faint transition-transform", isOpen && "rotate-90")} />
          <Folder aria-hidden className="size-3.5 shrink-0 text-faint" />
          <span className="min-w-0 flex-1 truncate">{showPath(name)}</span>
          <span className="shrink-0 text-xs text-faint">{toCount(files, "new file")}</span>
          {!isNarrow && additions > 0 && <span className="tabular shrink-0 text-xs text-added">+{additions}</span>}
        </button>
      </div>
    </div>
  );
}
