import clsx from "clsx";
import { FileCode } from "lucide-react";
import { IconButton } from "../../ui/icon-button.tsx";
import { JudgeButtons, JudgedMark, verbsOf } from "../actions/judge-buttons.tsx";
import type { ListedFile } from "../actions/judged.ts";
import { usePanelActions } from "../actions/panel-actions.tsx";
import { useChangesFrame } from "../changes-frame.tsx";
import { ViewedMark } from "../review/viewed-mark.tsx";
import { showPath } from "../../files/show-path.ts";
import { ChangeFileLine, NarrowFileLine } from "./change-file-row.tsx";

type FileRowProps = {
  listed: ListedFile;
  /** Whether its diff is unfolded below; null in a column whose diff is beside. */
  isOpen: boolean | null;
  isActive: boolean;
  onPress: (key: string) => void;
};

/** The row of a file, which unfolds its diff or shows it beside, and what can be done with the file. */
export function FileRow({ listed: { file, judged }, isOpen, isActive, onPress }: FileRowProps) {
  const { why, busy, onFile } = usePanelActions();
  const { openFile } = useChangesFrame();
  const isColumn = isOpen === null;
  const line = isColumn ? <NarrowFileLine file={file} /> : <ChangeFileLine file={file} isOpen={isOpen} />;
  const size = isColumn ? "min-h-8 py-1 px-2 pointer-coarse:min-h-10" : "h-8 px-3 pointer-coarse:h-10";
  if (judged) {
    return (
      <div className={clsx("relative flex items-center gap-2", size)}>
        <span className="flex min-w-0 flex-1 items-center gap-2 opacity-40">{line}</span>
        <JudgedMark verb={judged.verb} />
      </div>
    );
  }
  const isBusy = busy.has(file.key);
  return (
    <div
      role="row"
      aria-label={`${showPath(file.path)}${file.change?.location === "staged" ? ", staged" : ""}`}
      aria-selected={isColumn ? isActive : undefined}
      data-judgeable={file.change ? "" : undefined}
      data-busy={isBusy ? "" : undefined}
      className={clsx(
        "group/file relative flex items-center",
        isOpen && "border-b border-line bg-surface",
        isColumn && isActive && "bg-active",
      )}
    >
      <div role="gridcell" className="min-w-0 flex-1">
        <button
          type="button"
          aria-expanded={isOpen ?? undefined}
          tabIndex={isActive ? 0 : -1}
          data-file={file.key}
          onClick={() => onPress(file.key)}
          className={clsx("flex w-full items-center gap-2 text-left hover:bg-hover focus-visible:-outline-offset-2", size)}
        >
          {line}
        </button>
      </div>
      {file.change && (
        <div
          role="gridcell"
          className={clsx(
            "absolute inset-y-0 right-7 flex items-center pr-1 pointer-coarse:static pointer-coarse:opacity-100",
            !isBusy && "opacity-0 group-focus-within/file:opacity-100 group-hover/file:opacity-100",
          )}
        >
          {file.operation !== "deleted" && file.change.location === "worktree" && (
            <IconButton
              size="sm"
              label="Open in the code tab"
              tabIndex={isActive ? 0 : -1}
              className="mr-1 h-5! bg-surface pointer-coarse:h-10! max-md:pointer-coarse:hidden"
              onClick={(event) => {
                event.stopPropagation();
                openFile(file.path);
              }}
            >
              <FileCode aria-hidden />
            </IconButton>
          )}
          <JudgeButtons
            verbs={verbsOf(file.change.location === "staged")}
            why={(verb) => why(verb, file)}
            isBusy={isBusy}
            isReachable={isActive}
            isSmall={isColumn}
            onJudge={(verb, by) => onFile(verb, file, by)}
          />
        </div>
      )}
      {file.change && (
        <div role="gridcell" className="shrink-0 pr-1">
          <ViewedMark changeId={file.change.id} isReachable={isActive} />
        </div>
      )}
    </div>
  );
}
