// oxlint-disable jsx-a11y/prefer-tag-over-role -- a select cannot show icons or filter by the field's text
import type { PathCompletion } from "@boocode/shared/projects/project";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { Folder, FolderGit2 } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { explainError } from "../../api/explain-fault.ts";
import { trpc, trpcClient } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { toPathParts } from "./path-parts.ts";
import { startSession } from "../use-sessions.ts";

/** The field that opens a repository by its path, with folder suggestions, and starts a session on it. */
export function OpenRepository({ onOpened }: { onOpened?: () => void }) {
  const [path, setPath] = useState("~/");
  const [active, setActive] = useState(-1);
  const id = useId();
  const open = useMutation({
    mutationFn: async (chosen: string) => {
      const project = await trpcClient.projects.add.mutate({ path: chosen });
      await startSession(project.id);
    },
    meta: { ownWords: true },
    onSuccess: () => onOpened?.(),
  });
  const { data: folders = [] } = useQuery(
    trpc.projects.completePath.queryOptions({ prefix: path }, { placeholderData: keepPreviousData, staleTime: 2_000, retry: false }),
  );

  const type = (next: string) => {
    setPath(next);
    setActive(-1);
    open.reset();
  };
  const enter = (folder: PathCompletion) => type(`${folder.path}/`);
  const choose = (folder: PathCompletion) => {
    type(folder.path);
    open.mutate(folder.path);
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const folder = folders[active] ?? (folders.length === 1 ? folders[0] : undefined);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const count = folders.length + 1;
      // One position more than there are folders: the field itself.
      setActive(((active + 1 + (event.key === "ArrowDown" ? 1 : -1) + count) % count) - 1);
    } else if (event.key === "Tab" && !event.shiftKey && folder && folder.path !== path) {
      enter(folder);
    } else if (event.key === "Enter") {
      const highlighted = folders[active];
      if (highlighted && !highlighted.isRepository) enter(highlighted);
      else if (highlighted) choose(highlighted);
      else open.mutate(path);
    } else {
      return;
    }
    event.preventDefault();
  };
  const words = open.isError ? explainError(open.error) : null;

  return (
    <div className="flex flex-col gap-2">
      <div className="flex gap-2">
        <TextField
          // Entering a path is the purpose of this dialog or page.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          aria-label="Open a repository"
          aria-autocomplete="list"
          aria-controls={`${id}-folders`}
          aria-activedescendant={folders[active] ? `${id}-${active}` : undefined}
          aria-invalid={words !== null}
          aria-describedby={`${id}-words`}
          autoCapitalize="off"
          placeholder="~/code/my-project"
          value={path}
          onChange={(event) => type(event.target.value)}
          onKeyDown={press}
          onFocus={(event) => goToEnd(event.currentTarget)}
          className="font-mono !text-code"
        />
        <Button variant="primary" busy={open.isPending} disabled={path.trim() === ""} onClick={() => open.mutate(path)}>
          Open
        </Button>
      </div>
      <div id={`${id}-words`} role="alert" className="empty:hidden">
        {words && (
          <>
            <span className="text-removed">{words.title}.</span> <span className="text-muted">{words.hint}</span>
          </>
        )}
      </div>
      <FolderList id={id} folders={folders} isInside={path.endsWith("/")} active={active} onEnter={enter} onChoose={choose} />
    </div>
  );
}

/** Moves the cursor to the end of the text, unless the person has selected something. */
function goToEnd(field: HTMLInputElement): void {
  if (field.selectionEnd === 0) field.setSelectionRange(field.value.length, field.value.length);
}

type FolderListProps = {
  id: string;
  folders: readonly PathCompletion[];
  /** True if the path ends with a slash, so the list shows the folder's content. */
  isInside: boolean;
  active: number;
  onEnter: (folder: PathCompletion) => void;
  onChoose: (folder: PathCompletion) => void;
};

/** Folder suggestions for the path: a click enters a folder, or opens it if it is a repository. The list's height is constant. */
function FolderList({ id, folders, isInside, active, onEnter, onChoose }: FolderListProps) {
  return (
    <div className="h-37 overflow-auto rounded-md border border-line bg-inset/50 p-1">
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
      {folders.length === 0 && <p className="px-2 py-1 text-faint">{isInside ? "No folders in here." : "No folder starts with that."}</p>}
    </div>
  );
}

type FolderOptionProps = { id: string; folder: PathCompletion; isActive: boolean; onClick: () => void };

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
      aria-selected={isActive}
      onClick={onClick}
      className={clsx("flex h-7 items-center gap-2 rounded-sm px-2", isActive ? "bg-active" : "hover:bg-hover")}
    >
      <Icon aria-hidden className={clsx("size-3.5 shrink-0", folder.isRepository ? "text-ink" : "text-faint")} />
      <span className="min-w-0 truncate font-mono text-sm">
        <span className="text-faint">{parent}</span>
        {name}
      </span>
      {folder.isRepository && <span className="ml-auto shrink-0 text-xs text-faint">repository</span>}
    </div>
  );
}
