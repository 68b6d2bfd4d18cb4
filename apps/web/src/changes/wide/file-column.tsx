import { useImperativeHandle, useRef, type Ref } from "react";
import { VList, type VListHandle } from "virtua";
import type { FoldedFiles, FoldedFolder } from "../folders/fold-files.ts";
import { FolderRow } from "../folders/folder-row.tsx";
import { FileRow } from "../list/file-row.tsx";
import { focusRow, type ListHandle } from "../list/list-handle.ts";
import type { ListedFile } from "../actions/judged.ts";

type FileColumnProps = {
  ref: Ref<ListHandle>;
  files: readonly ListedFile[];
  active: string | null;
  onActivate: (key: string) => void;
  folded: FoldedFiles;
  onFolder: (path: string) => void;
};

type ColumnRow = { key: string; listed: ListedFile } | { key: string; folder: FoldedFolder };

/** The changed files in a column beside the diff of the active one. */
export function FileColumn({ ref, files, active, onActivate, folded, onFolder }: FileColumnProps) {
  const list = useRef<VListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const rows = files.flatMap((listed): ColumnRow[] => {
    const { key } = listed.file;
    const folders = (folded.before.get(key) ?? []).map((folder) => ({ key: folder.path, folder }));
    return folded.hidden.has(key) ? folders : [...folders, { key, listed }];
  });
  const indexOf = (key: string | null) => rows.findIndex((row) => "listed" in row && row.key === key);
  const at = indexOf(active);
  useImperativeHandle(ref, () => ({ focusFile: (key) => focusRow({ list, frame }, indexOf(key), "data-file", key) }));
  return (
    <div ref={frame} role="grid" aria-label="Changed files" className="h-full w-[220px] shrink-0 border-r border-line">
      <VList ref={list} data={rows} bufferSize={400} itemSize={44} keepMounted={at === -1 ? [] : [at]} className="overscroll-contain">
        {(row) =>
          "folder" in row ? (
            <FolderRow key={row.key} folder={row.folder} isNarrow onToggle={onFolder} />
          ) : (
            <FileRow key={row.key} listed={row.listed} isOpen={null} isActive={row.key === active} onPress={onActivate} />
          )
        }
      </VList>
    </div>
  );
}
