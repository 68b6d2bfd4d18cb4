import { toNextPath, toPastedPath } from "@boocode/shared/projects/typed-path";
import { useMutation } from "@tanstack/react-query";
import { type KeyboardEvent, type SyntheticEvent, useId, useState } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpcClient } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { FolderList } from "./folder-list.tsx";
import { AT_HOME, type OfferedFolder, useOfferedFolders } from "./use-offered-folders.ts";
import { startSession } from "../use-sessions.ts";

/** The field that opens a repository by its path, with folder suggestions, and starts a session on it. */
export function OpenRepository({ onOpened }: { onOpened?: () => void }) {
  const [path, setPath] = useState(AT_HOME);
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
  const { folders, isLooking } = useOfferedFolders(path);

  const type = (next: string) => {
    setPath(next);
    setActive(-1);
    open.reset();
  };
  /** A pasted or dropped path stands alone, whatever the field held; anything else is inserted where it belongs. */
  const takeWhole = (event: SyntheticEvent, given: DataTransfer) => {
    const whole = toPastedPath(given.getData("text/plain") || given.getData("text/uri-list"));
    if (whole === null) return;
    event.preventDefault();
    type(whole);
  };
  const enter = (folder: OfferedFolder) => type(`${folder.path}/`);
  const choose = (folder: OfferedFolder) => {
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
          onChange={(event) => type(toNextPath(path, event.target.value))}
          onPaste={(event) => takeWhole(event, event.clipboardData)}
          onDrop={(event) => takeWhole(event, event.dataTransfer)}
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
      <FolderList id={id} folders={folders} words={toEmptyWords(path, isLooking)} active={active} onEnter={enter} onChoose={choose} />
    </div>
  );
}

function toEmptyWords(path: string, isLooking: boolean): string {
  if (isLooking) return "Looking for repositories…";
  return path.endsWith("/") ? "No folders in here." : "No folder starts with that.";
}

/** Moves the cursor to the end of the text, unless the person has selected something. */
function goToEnd(field: HTMLInputElement): void {
  if (field.selectionEnd === 0) field.setSelectionRange(field.value.length, field.value.length);
}
