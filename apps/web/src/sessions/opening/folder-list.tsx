// oxlint-disable jsx-a11y/prefer-tag-over-role -- a select cannot show icons or filter by the field's text
import { clsx } from "clsx";
import { Folder, FolderGit2 } from "lucide-react";
import { useEffect, useRef } from "react";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { toPathParts } from "./path-parts.ts";
import type { OfferedFolder } from "./use-offered-folders.ts";

type FolderListProps = {
  id: string;
  folders: readonly OfferedFolder[];
  /** What an empty list says. */
  words: string;
  active: number;
  onEnter: (folder: OfferedFolder) => void;
  onChoose: (folder: OfferedFolder) => void;
};

/** Folder suggestions for the path: a click enters a folder, or opens it if it is a repository. The list's height is constant. */
export function FolderList({ id, folders, words, active, onEnter, onChoose }: FolderListProps) {
  return (
    <div className="h-44 overflow-auto rounded-md border border-line bg-inset/50 p-1">
      <div id={`${id}-folders`} role="listbox" aria-label="Folders" className="empty:hidden">
        {folders.map((folder, index) => (
          <FolderOption
            key={folder.path}
            id={`${id}-${index}`}
            folder={folder}
            isActive={index === active}
            onClick={() => (folder.isRepository ? onChoose(folder) : onEnter(folder))}
          />
        ))}
      </div>
      {folders.length === 0 && <p className="px-2 py-1 text-faint">{words}</p>}
    </div>
  );
}

type FolderOptionProps = { id: string; folder: OfferedFolder; isActive: boolean; onClick: () => void };

function FolderOption({ id, folder, isActive, onClick }: FolderOptionProps) {
  const option = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) option.current?.scrollIntoView({ block: "nearest" });
  }, [isActive]);
  const { parent, name } = toPathParts(folder.path);
  const Icon = folder.isRepository ? FolderGit2 : Folder;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are handled by the field, which names the active option
    <div
      ref={option}
      id={id}
      role="option"
      tabIndex={-1}
      aria-label={folder.isRepository ? `${folder.path}, repository` : folder.path}
      aria-selected={isActive}
      onClick={onClick}
      className={clsx("flex h-7 items-center gap-2 rounded-sm px-2 pointer-coarse:h-10", isActive ? "bg-active" : "hover:bg-hover")}
    >
      <Icon aria-hidden className={clsx("size-3.5 shrink-0", folder.isRepository ? "text-ink" : "text-faint")} />
      <span className="flex min-w-0 font-mono text-sm whitespace-pre">
        {/* Where the path is too long, its beginning goes: the name tells folders apart. */}
        <span className="min-w-0 shrink-[999] truncate text-faint">{parent}</span>
        <span className="min-w-0 truncate">{name}</span>
      </span>
      {folder.isRepository && (
        <span className="ml-auto shrink-0 text-xs text-faint">
          {folder.usedAt === null ? "repository" : <RelativeTime at={folder.usedAt} className="tabular" />}
        </span>
      )}
    </div>
  );
}
