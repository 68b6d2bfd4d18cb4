import clsx from "clsx";
import type { KeyboardEvent, Ref } from "react";
import { AgentBadge } from "../../agents/agent-badge.tsx";
import { Tooltip } from "../../ui/popups/tooltip.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { countAuthors, type FileFilter } from "./filter-files.ts";
import type { PanelFile } from "../panel-file.ts";

type FilterBarProps = {
  ref: Ref<HTMLInputElement>;
  files: readonly PanelFile[];
  filter: FileFilter;
  onChange: (filter: FileFilter) => void;
  /** Called when a key leaves the field. */
  onLeave: () => void;
};

/** Filters the files by path, and by author if there are several. Always as high, so that the list below stays where it is. */
export function FilterBar({ ref, files, filter, onChange, onLeave }: FilterBarProps) {
  const authors = countAuthors(files);
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape" && filter.text !== "") onChange({ ...filter, text: "" });
    else if (event.key === "Escape" || event.key === "Enter" || event.key === "ArrowDown") onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const toggle = (author: string | null) => {
    const isChosen = filter.authors.includes(author);
    onChange({ ...filter, authors: isChosen ? filter.authors.filter((each) => each !== author) : [...filter.authors, author] });
  };
  return (
    <div className="flex h-7 min-w-0 flex-1 items-center gap-1">
      <TextField
        ref={ref}
        aria-label="Filter by path"
        placeholder="Filter by path"
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
        onKeyDown={press}
        className="h-6! min-w-0! flex-1 pointer-coarse:h-10! px-2! text-sm!"
      />
      <div className="flex max-w-[70%] shrink-0 items-center gap-1 overflow-x-auto [scrollbar-width:none]">
        {authors.length > 1 &&
          authors.map(({ author, files: count }) => (
            <Tooltip key={author ?? "you"} label={`Only files changed by ${author ?? "you"}`}>
              <button
                type="button"
                aria-pressed={filter.authors.includes(author)}
                onClick={() => toggle(author)}
                className={clsx(
                  "tabular flex h-6 items-center gap-1 rounded-md border px-1 pointer-coarse:h-10 text-xs text-muted hover:bg-hover",
                  filter.authors.includes(author) ? "border-line-strong bg-active" : "border-transparent",
                )}
              >
                <AgentBadge agent={author} />
                {count}
              </button>
            </Tooltip>
          ))}
      </div>
    </div>
  );
}
