import type { GitFile } from "@boocode/shared/git/git-status";
import { toCount } from "../ui/labels.ts";

interface CommitFilesProps {
  files: readonly GitFile[];
  /** There are more than are listed, so all are taken. */
  isFixed: boolean;
  /** Of all that are changed. */
  total: number;
  /** The paths that are left out. */
  left: ReadonlySet<string>;
  onLeave: (left: ReadonlySet<string>) => void;
}

/** How many files are listed; more are taken all together. */
const MAX_SHOWN = 300;

/** The changed files, each of which can be left out of a commit. */
export function CommitFiles({ files, isFixed, total, left, onLeave }: CommitFilesProps) {
  const shown = files.slice(0, MAX_SHOWN);
  const toggle = (path: string) => onLeave(left.has(path) ? new Set([...left].filter((each) => each !== path)) : new Set([...left, path]));
  const isAll = left.size === 0;
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">Files to commit</legend>
      <label className="flex h-7 items-center gap-2 text-muted">
        <input
          type="checkbox"
          checked={isAll}
          disabled={isFixed}
          ref={(box) => {
            if (box) box.indeterminate = !isAll && left.size < files.length;
          }}
          onChange={() => onLeave(isAll ? new Set(files.map(({ path }) => path)) : new Set())}
          className="size-3.5 accent-accent"
        />
        All {toCount(total, "file")}
      </label>
      <ul className="max-h-64 overflow-auto border-y border-line py-1">
        {shown.map((file) => (
          <li key={file.path}>
            <label className="flex h-6 min-w-0 items-center gap-2 hover:bg-hover">
              <input
                type="checkbox"
                checked={!left.has(file.path)}
                disabled={isFixed}
                onChange={() => toggle(file.path)}
                className="size-3.5 shrink-0 accent-accent"
              />
              <span className="min-w-0 flex-1 truncate font-mono text-sm" title={file.path}>
                {file.path}
              </span>
              <span className="shrink-0 text-sm text-faint">{toWord(file)}</span>
            </label>
          </li>
        ))}
      </ul>
      {files.length > shown.length && <p className="mt-1 text-sm text-muted">and {total - shown.length} more</p>}
    </fieldset>
  );
}

function toWord({ isUntracked, staged, unstaged, isConflict }: GitFile): string {
  if (isConflict) return "conflict";
  if (isUntracked) return "new";
  const change = unstaged ?? staged;
  const word = change === "typechange" ? "other kind" : (change ?? "changed");
  return staged === null ? word : `${word}, staged`;
}
