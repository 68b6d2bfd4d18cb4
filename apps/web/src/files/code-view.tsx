import type { SessionId } from "@boocode/shared/ids";
import { toFolder } from "@boocode/shared/files/file-path";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { Ellipsis, Eye, FileCode, FilePlus, PanelLeft, Pencil, Trash2, X } from "lucide-react";
import { Suspense, useRef, useState } from "react";
import { explainError } from "../api/faults/explain-fault.ts";
import { trpcClient } from "../api/trpc.ts";
import { NARROW, useMedia } from "../ui/browser/media.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/popups/menu.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { TextField } from "../ui/text-field.tsx";
import { FilePane } from "./file-pane.tsx";
import { setLineTarget } from "./open/line-target.ts";
import { SearchPanel } from "./search/search-panel.tsx";
import { FileTree, type EntryRow } from "./tree/file-tree.tsx";
import { useSearchKeys } from "./search/use-search-keys.ts";
import { FoundFiles, type FoundFilesHandle } from "./tree/found-files.tsx";
import { useExpanded } from "./tree/use-expanded.ts";
import { createFile, deleteFile, renameFile } from "./use-file-edits.ts";
import { later } from "../ui/browser/later.ts";

const NameDialog = later(() => import("./name-dialog.tsx"));
const DeleteFileDialog = later(() => import("./delete-file-dialog.tsx"));

type Asked = { kind: "new"; folder: string } | { kind: "rename"; path: string } | { kind: "delete"; path: string; isFolder: boolean };

type CodeViewProps = {
  sessionId: SessionId;
  /** The file that is shown; null shows none. */
  path: string | null;
  onOpen: (path: string) => void;
  /** A file has another path now, or none. */
  onMoved: (path: string, to: string | null) => void;
  onClose: (path: string) => void;
};

/** The code tab of a session: the files of its worktree on the left, and the open one beside. */
export default function CodeView({ sessionId, path, onOpen, onMoved, onClose }: CodeViewProps) {
  // The first look makes the worktree.
  const { data: opened, error } = useQuery({
    queryKey: ["code", "open", sessionId],
    queryFn: () => trpcClient.files.open.mutate({ sessionId }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const isNarrow = useMedia(NARROW);
  const [areFilesShown, setFilesShown] = useState(!isNarrow);
  const [shownFor, setShownFor] = useState(path);
  // On a narrow screen a file that is opened takes the place of the list.
  if (shownFor !== path) {
    setShownFor(path);
    if (isNarrow) setFilesShown(path === null);
  }
  const isListShown = areFilesShown || path === null;
  const openFile = (next: string) => {
    if (isNarrow) setFilesShown(false);
    onOpen(next);
  };

  if (error) {
    const { title, hint } = explainError(error);
    return <EmptyState className="flex-1" icon={<FileCode aria-hidden />} title={title} hint={hint} />;
  }
  if (!opened) return <p className="appear-late px-4 py-3 text-muted">Preparing the worktree…</p>;
  return (
    <section aria-label="Code" className="flex min-h-0 min-w-0 flex-1">
      {isListShown && (
        <FileColumn
          sessionId={sessionId}
          open={path}
          isAlone={isNarrow}
          onHide={() => setFilesShown(false)}
          onOpen={openFile}
          onMoved={onMoved}
        />
      )}
      {!(isNarrow && isListShown) &&
        (path === null ? (
          <EmptyState
            className="flex-1"
            icon={<FileCode aria-hidden />}
            title="No file is open"
            hint="Choose one on the left, or type its name above the list."
          />
        ) : (
          <FilePane
            key={path}
            sessionId={sessionId}
            path={path}
            onClose={() => onClose(path)}
            start={
              <IconButton size="sm" label={isListShown ? "Hide the files" : "Show the files"} onClick={() => setFilesShown(!isListShown)}>
                <PanelLeft aria-hidden />
              </IconButton>
            }
          />
        ))}
    </section>
  );
}

type FileColumnProps = Pick<CodeViewProps, "sessionId" | "onOpen" | "onMoved"> & {
  open: string | null;
  isAlone: boolean;
  onHide: () => void;
};

/** The list of files, or the search in them. */
function FileColumn({ sessionId, open, isAlone, onHide, onOpen, onMoved }: FileColumnProps) {
  const [mode, setMode] = useState<"files" | "search">("files");
  const [filter, setFilter] = useState("");
  const [areIgnoredShown, setIgnoredShown] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const { expanded, fold } = useExpanded(sessionId, open);
  const field = useRef<HTMLInputElement>(null);
  const found = useRef<FoundFilesHandle>(null);
  const column = useRef<HTMLDivElement>(null);
  useSearchKeys(column, () => setMode("search"));
  const ask = (key: string, { path, entry }: EntryRow): boolean => {
    if (key === "F2") setAsked({ kind: "rename", path });
    else if (key === "Delete") setAsked({ kind: "delete", path, isFolder: entry.kind === "folder" });
    else return false;
    return true;
  };
  const menuOf = (row: EntryRow) => {
    const isFolder = row.entry.kind === "folder";
    return (
      <Menu
        label={`Actions for ${row.entry.name}`}
        icon={<Ellipsis aria-hidden className="size-3.5" />}
        align="end"
        className="hidden size-5 shrink-0 items-center justify-center rounded-sm text-muted group-focus-within/entry:inline-flex group-hover/entry:inline-flex hover:bg-hover data-popup-open:inline-flex pointer-coarse:inline-flex"
        entries={[
          {
            label: "New file here",
            icon: <FilePlus aria-hidden />,
            takesFocus: true,
            onSelect: () => setAsked({ kind: "new", folder: isFolder ? row.path : toFolder(row.path) }),
          },
          {
            label: "Rename",
            icon: <Pencil aria-hidden />,
            shortcut: "F2",
            takesFocus: true,
            onSelect: () => setAsked({ kind: "rename", path: row.path }),
          },
          {
            label: "Delete",
            icon: <Trash2 aria-hidden />,
            shortcut: "Delete",
            isDangerous: true,
            takesFocus: true,
            onSelect: () => setAsked({ kind: "delete", path: row.path, isFolder }),
          },
        ]}
      />
    );
  };
  return (
    <div
      ref={column}
      data-code-column
      className={clsx("flex min-h-0 flex-col border-r border-line", isAlone ? "min-w-0 flex-1 border-r-0" : "w-60 shrink-0")}
    >
      <div className="flex h-9 shrink-0 items-center gap-1 pr-1 pl-2">
        <Segmented
          label="List"
          options={[
            { value: "files", label: "Files" },
            { value: "search", label: "Search" },
          ]}
          value={mode}
          onChange={setMode}
        />
        <span className="flex-1" />
        {mode === "files" && (
          <>
            <IconButton
              size="sm"
              label="Show what git ignores"
              pressed={areIgnoredShown}
              className="aria-pressed:bg-active"
              onClick={() => setIgnoredShown(!areIgnoredShown)}
            >
              <Eye aria-hidden />
            </IconButton>
            <IconButton size="sm" label="New file" onClick={() => setAsked({ kind: "new", folder: open === null ? "" : toFolder(open) })}>
              <FilePlus aria-hidden />
            </IconButton>
          </>
        )}
        {isAlone && open !== null && (
          <IconButton size="sm" label="Hide the files" onClick={onHide}>
            <X aria-hidden />
          </IconButton>
        )}
      </div>
      {mode === "search" ? (
        <SearchPanel
          sessionId={sessionId}
          onOpen={(path, line, column) => {
            setLineTarget({ sessionId, path, line, column });
            onOpen(path);
          }}
        />
      ) : (
        <>
          <div className="px-2 pb-2">
            <TextField
              ref={field}
              aria-label="Find a file"
              placeholder="Find a file"
              value={filter}
              maxLength={200}
              onChange={(event) => setFilter(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "ArrowDown") found.current?.focusFirst();
                else if (event.key === "Enter") found.current?.openFirst();
                else if (event.key === "Escape" && filter !== "") setFilter("");
                else return;
                event.preventDefault();
              }}
            />
          </div>
          {filter.trim() === "" ? (
            <FileTree
              sessionId={sessionId}
              open={open}
              expanded={expanded}
              areIgnoredShown={areIgnoredShown}
              onFold={fold}
              onOpen={onOpen}
              onKey={ask}
              onType={(text) => {
                setFilter(text);
                field.current?.focus();
              }}
              menuOf={menuOf}
            />
          ) : (
            <FoundFiles
              ref={found}
              sessionId={sessionId}
              query={filter.trim()}
              open={open}
              onOpen={onOpen}
              onLeave={() => field.current?.focus()}
            />
          )}
        </>
      )}
      <Suspense>
        {asked?.kind === "new" && (
          <NameDialog
            title="New file"
            verb="Create"
            path={asked.folder === "" ? "" : `${asked.folder}/`}
            onSave={async (path) => {
              const isMade = await createFile(sessionId, path);
              if (isMade) onOpen(path);
              return isMade;
            }}
            onDone={() => setAsked(null)}
          />
        )}
        {asked?.kind === "rename" && (
          <NameDialog
            title="Rename"
            verb="Rename"
            path={asked.path}
            onSave={(to) => renameFile(sessionId, { path: asked.path, to }, onMoved)}
            onDone={() => setAsked(null)}
          />
        )}
        {asked?.kind === "delete" && (
          <DeleteFileDialog
            path={asked.path}
            isFolder={asked.isFolder}
            onDelete={async () => {
              const isDone = await deleteFile(sessionId, asked.path);
              if (isDone) onMoved(asked.path, null);
              return isDone;
            }}
            onDone={() => setAsked(null)}
          />
        )}
      </Suspense>
    </div>
  );
}
