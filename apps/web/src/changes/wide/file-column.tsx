import { useImperativeHandle, useRef, type Ref } from "react";
import { VList, type VListHandle } from "virtua";
import { FileRow } from "../list/file-row.tsx";
import { focusRow, type ListHandle } from "../list/list-handle.ts";
import type { ListedFile } from "../actions/judged.ts";

type FileColumnProps = {
  ref: Ref<ListHandle>;
  files: readonly ListedFile[];
  active: string | null;
  onActivate: (path: string) => void;
};

/** The changed files in a column beside the diff of the active one. */
export function FileColumn({ ref, files, active, onActivate }: FileColumnProps) {
  const list = useRef<VListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const indexOf = (path: string | null) => files.findIndex(({ file }) => file.path === path);
  const at = indexOf(active);
  useImperativeHandle(ref, () => ({ focusFile: (path) => focusRow({ list, frame }, indexOf(path), "data-path", path) }));
  return (
    <div ref={frame} role="grid" aria-label="Changed files" className="h-full w-[220px] shrink-0 border-r border-line">
      <VList ref={list} data={files} bufferSize={400} itemSize={44} keepMounted={at === -1 ? [] : [at]} className="overscroll-contain">
        {(listed) => (
          <FileRow key={listed.file.path} listed={listed} isOpen={null} isActive={listed.file.path === active} onPress={onActivate} />
        )}
      </VList>
    </div>
  );
}
