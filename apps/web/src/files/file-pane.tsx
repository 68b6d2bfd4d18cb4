import type { FileView } from "@boocode/shared/files/file-view";
import type { SessionId } from "@boocode/shared/ids";
import { clsx } from "clsx";
import { type ReactNode, Suspense, useState } from "react";
import { explainError } from "../api/faults/explain-fault.ts";
import { Button } from "../ui/button.tsx";
import { toShownShortcut } from "../ui/browser/shortcut.ts";
import { Kbd } from "../ui/kbd.tsx";
import { useLineTarget } from "./open/line-target.ts";
import { useCodeFile, type CodeFile } from "./open/use-code-file.ts";
import { PlainFile } from "./plain-file.tsx";
import { showPath } from "./show-path.ts";
import { later } from "../ui/browser/later.ts";

const CodeEditor = later(() => import("./editor/code-editor.tsx"));

type FilePaneProps = {
  sessionId: SessionId;
  path: string;
  /** What stands before the path. */
  start: ReactNode;
  onClose: () => void;
};

/** An open file: its path, what became of it on disk, and its text. */
export function FilePane({ sessionId, path, start, onClose }: FilePaneProps) {
  const file = useCodeFile(sessionId, path);
  const [isComparing, setComparing] = useState(false);
  const target = useLineTarget(sessionId, path);
  const onDisk = file.disk !== null && file.disk !== "gone" && file.disk.kind === "text" ? file.disk : null;
  const isReadOnly = onDisk !== null && onDisk.encoding !== "utf-8";
  const compared = isComparing && file.standing === "changed" ? (onDisk?.text ?? null) : null;
  const isUnsaved = file.standing !== "saved";
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex h-8 shrink-0 items-center gap-2 border-b border-line pr-2 pl-2">
        {start}
        <Path path={path} />
        {file.isUnkept && isUnsaved && (
          <span
            className="shrink-0 text-sm text-amber"
            title="This browser has no room to keep the text. Save it before you reload the page."
          >
            Not kept over a reload
          </span>
        )}
        {isReadOnly && <span className="shrink-0 text-sm text-muted">{onDisk.encoding}, read only</span>}
        <span role="status" className="shrink-0 text-sm text-muted">
          {file.isSaving ? "Saving…" : isUnsaved ? "Unsaved" : ""}
        </span>
        {isUnsaved && file.standing !== "changed" && (
          <Button size="sm" busy={file.isSaving} onClick={file.save}>
            Save
            <Kbd keys={toShownShortcut(["Mod+S"])} />
          </Button>
        )}
      </div>
      {file.hasAside && file.standing === "saved" && (
        <div
          role="note"
          className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3 py-1.5 text-sm text-muted"
        >
          <span className="min-w-40 flex-1">Your text is set aside until you save this file again.</span>
          <Button size="sm" onClick={file.bringBack}>
            Bring it back
          </Button>
        </div>
      )}
      <Notice file={file} isComparing={isComparing} onCompare={() => setComparing(!isComparing)} onClose={onClose} />
      {file.text !== null ? (
        <Suspense fallback={<div className="min-h-0 flex-1" />}>
          <CodeEditor
            key={path}
            path={path}
            text={file.text}
            version={file.version}
            isReadOnly={isReadOnly}
            compared={compared}
            target={target}
            onEdit={file.edit}
            onSave={file.save}
          />
        </Suspense>
      ) : file.error ? (
        <Words>{explainError(file.error).title}</Words>
      ) : file.disk === "gone" ? (
        <Words>{showPath(path)} is no longer there</Words>
      ) : file.disk === null ? null : (
        <PlainFile path={path} view={file.disk as Exclude<FileView, { kind: "text" }>} />
      )}
    </div>
  );
}

function Path({ path }: { path: string }) {
  const shown = showPath(path);
  const cut = shown.lastIndexOf("/") + 1;
  return (
    <h2 title={shown} className="flex min-w-0 flex-1 items-baseline text-base font-normal">
      <span className="min-w-0 shrink-[9999] truncate text-muted">{shown.slice(0, cut)}</span>
      <span className="min-w-0 truncate">{shown.slice(cut)}</span>
    </h2>
  );
}

const Words = ({ children }: { children: ReactNode }) => (
  <p className="grid flex-1 place-items-center px-6 text-center text-muted">
    <span>{children}</span>
  </p>
);

type NoticeProps = { file: CodeFile; isComparing: boolean; onCompare: () => void; onClose: () => void };

/** Says that a file with unsaved text has changed on disk, and asks which of the two to keep. Neither goes before that. */
function Notice({ file, isComparing, onCompare, onClose }: NoticeProps) {
  const { standing, keepMine, takeTheirs, save } = file;
  if (standing !== "changed" && standing !== "gone") return null;
  const isGone = standing === "gone";
  return (
    <div
      role="alert"
      className={clsx("flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-amber-soft px-3 py-1.5 text-sm")}
    >
      <span className="min-w-40 flex-1">
        {isGone
          ? "This file was deleted on disk, or is no text any more. Your text is kept here."
          : "This file has changed on disk since you opened it. Your text is kept here, and nothing was overwritten."}
      </span>
      <span className="flex flex-wrap gap-1.5">
        {isGone ? (
          file.disk === "gone" && (
            <Button
              size="sm"
              onClick={() => {
                keepMine();
                save();
              }}
            >
              Write it again
            </Button>
          )
        ) : (
          <>
            <Button size="sm" aria-pressed={isComparing} onClick={onCompare}>
              {isComparing ? "Stop comparing" : "Compare"}
            </Button>
            <Button size="sm" onClick={takeTheirs}>
              Take theirs
            </Button>
            <Button size="sm" onClick={keepMine}>
              Keep mine
            </Button>
          </>
        )}
        {isGone && (
          <Button size="sm" onClick={onClose}>
            Close
          </Button>
        )}
      </span>
    </div>
  );
}
