import type { SessionId } from "@boocode/shared/ids";
import { clsx } from "clsx";
import { Maximize2, RefreshCw } from "lucide-react";
import type { Ref } from "react";
import { IconButton } from "../ui/icon-button.tsx";
import { toCount } from "../ui/labels.ts";
import { Segmented } from "../ui/segmented.tsx";
import type { DiffLayout } from "./change-rows.ts";
import { WhitespaceSwitch } from "./diff/whitespace-switch.tsx";
import type { Verb } from "./actions/explain-disabled.ts";
import { JudgeAll } from "./actions/judge-all.tsx";
import { PanelMenu } from "./actions/panel-menu.tsx";
import { FilterBar } from "./filter/filter-bar.tsx";
import type { FileFilter } from "./filter/filter-files.ts";
import type { PanelFile } from "./panel-file.ts";
import { refreshChanges } from "./use-refresh.ts";

type PanelHeaderProps = {
  sessionId: SessionId;
  title: string;
  /** All files, and those that the filter shows. */
  all: readonly PanelFile[];
  shown: readonly PanelFile[];
  filter: FileFilter;
  filterField: Ref<HTMLInputElement>;
  onFilter: (filter: FileFilter) => void;
  /** Leaves the filter's field for the list. */
  onLeaveFilter: () => void;
  /** Null where there is no room for two columns of lines. */
  layout: { value: DiffLayout; onChange: (layout: DiffLayout) => void } | null;
  onOpenWide: (() => void) | null;
  onHelp: () => void;
  isOfTurn: boolean;
  /** True if there is room for everything in one line. */
  isWide: boolean;
  why: (verb: Verb) => string | null;
  isBusy: boolean;
  /** Judges the files shown that can be judged. */
  onJudge: (verb: Verb) => void;
};

/** The header of the changes: whose they are and how many, and what is shown of them. */
export function PanelHeader({
  sessionId,
  title,
  all,
  shown,
  filter,
  filterField,
  onFilter,
  onLeaveFilter,
  layout,
  onOpenWide,
  onHelp,
  isOfTurn,
  isWide,
  why,
  isBusy,
  onJudge,
}: PanelHeaderProps) {
  return (
    <header className="shrink-0 border-b border-line px-3 py-1">
      <div className="flex min-h-8 flex-wrap items-center gap-x-2">
        <h2 className="min-w-0 flex-1 font-medium">{title}</h2>
        <span role="status" className="tabular shrink-0 text-xs text-faint">
          {shown.length < all.length ? `${shown.length} of ` : ""}
          {toCount(all.length, "file")} <Sum of={shown} />
        </span>
        {layout && (
          <Segmented
            label="Diff view"
            value={layout.value}
            onChange={layout.onChange}
            options={[
              { value: "unified", label: "Unified" },
              { value: "split", label: "Split" },
            ]}
          />
        )}
        <span className="flex shrink-0">
          <WhitespaceSwitch />
          <IconButton size="sm" label="Look for changes on disk" onClick={() => void refreshChanges(sessionId)}>
            <RefreshCw aria-hidden />
          </IconButton>
          <PanelMenu sessionId={sessionId} onHelp={onHelp} />
          {onOpenWide && (
            <IconButton size="sm" label="Open wide" shortcut="Enter" onClick={onOpenWide}>
              <Maximize2 aria-hidden />
            </IconButton>
          )}
        </span>
      </div>
      <div className={clsx("flex gap-1 pb-1", isWide ? "items-center" : "flex-col")}>
        <FilterBar ref={filterField} files={all} filter={filter} onChange={onFilter} onLeave={onLeaveFilter} />
        <JudgeAll
          count={shown.filter(({ change }) => change !== null).length}
          total={all.length}
          isPart={isOfTurn || shown.length < all.length}
          why={why}
          isBusy={isBusy}
          onJudge={onJudge}
        />
      </div>
    </header>
  );
}

function Sum({ of }: { of: readonly { additions: number; deletions: number }[] }) {
  const additions = of.reduce((sum, change) => sum + change.additions, 0);
  const deletions = of.reduce((sum, change) => sum + change.deletions, 0);
  return (
    <>
      <span className="text-added">+{additions}</span> <span className="text-removed">−{deletions}</span>
    </>
  );
}
