import clsx from "clsx";
import { showPath } from "../diff/show-path.ts";
import type { PanelFile } from "../panel-file.ts";
import { ChangeFileLine, NarrowFileLine } from "./change-file-row.tsx";

type FileRowProps = {
  file: PanelFile;
  /** Whether its diff is unfolded below; null in a column whose diff is beside. */
  isOpen: boolean | null;
  isActive: boolean;
  onPress: (path: string) => void;
};

/** The row of a file, which unfolds its diff or shows it beside. */
export function FileRow({ file, isOpen, isActive, onPress }: FileRowProps) {
  return (
    <div role="row" aria-label={showPath(file.path)} aria-selected={isOpen === null ? isActive : undefined} className="group/file relative">
      <div role="gridcell">
        <button
          type="button"
          aria-expanded={isOpen ?? undefined}
          tabIndex={isActive ? 0 : -1}
          data-path={file.path}
          onClick={() => onPress(file.path)}
          className={clsx(
            "flex w-full items-center gap-2 text-left hover:bg-hover focus-visible:-outline-offset-2",
            isOpen === null ? "min-h-8 py-1 pr-2 pl-2" : "h-8 px-3",
            isOpen === null && isActive && "bg-active",
            isOpen && "border-b border-line bg-surface",
          )}
        >
          {isOpen === null ? <NarrowFileLine change={file} /> : <ChangeFileLine change={file} isOpen={isOpen} />}
        </button>
      </div>
    </div>
  );
}
