import type { SessionId } from "@boocode/shared/ids";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpc } from "../../api/trpc.ts";
import { showPath } from "../show-path.ts";

const LIMIT = 100;

export interface FoundFilesHandle {
  focusFirst(): void;
  openFirst(): void;
}

type FoundFilesProps = {
  ref: Ref<FoundFilesHandle>;
  sessionId: SessionId;
  query: string;
  open: string | null;
  onOpen: (path: string) => void;
  onLeave: () => void;
};

/** The files whose names fit what was typed, best first. */
export function FoundFiles({ ref, sessionId, query, open, onOpen, onLeave }: FoundFilesProps) {
  const frame = useRef<HTMLUListElement>(null);
  const { data, error } = useQuery({
    ...trpc.files.mentions.queryOptions({ sessionId, query, limit: LIMIT }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const paths = data?.paths ?? [];
  const buttons = () => [...(frame.current?.querySelectorAll("button") ?? [])];
  useImperativeHandle(ref, () => ({
    focusFirst: () => buttons()[0]?.focus(),
    openFirst: () => paths[0] !== undefined && onOpen(paths[0]),
  }));
  const press = (event: KeyboardEvent) => {
    const all = buttons();
    const at = all.indexOf(event.target as HTMLButtonElement);
    if (event.key === "ArrowDown") all[at + 1]?.focus();
    else if (event.key === "ArrowUp" && at > 0) all[at - 1]?.focus();
    else if (event.key === "ArrowUp") onLeave();
    else return;
    event.preventDefault();
  };
  if (error) return <p className="px-3 py-2 text-sm text-muted">{explainError(error).title}</p>;
  if (data && paths.length === 0) return <p className="px-3 py-2 text-sm text-muted">No file has such a name</p>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys are those of the buttons in it
    <ul ref={frame} aria-label="Files found" onKeyDown={press} className="min-h-0 flex-1 overflow-auto overscroll-contain">
      {paths.map((path) => {
        const shown = showPath(path);
        const cut = shown.lastIndexOf("/") + 1;
        return (
          <li key={path}>
            <button
              type="button"
              title={shown}
              onClick={() => onOpen(path)}
              className={clsx(
                "flex w-full min-w-0 flex-col px-3 py-1 text-left focus-visible:-outline-offset-2",
                path === open ? "bg-active" : "hover:bg-hover",
              )}
            >
              <span className="w-full truncate">{shown.slice(cut)}</span>
              {cut > 0 && <span className="w-full truncate text-xs text-faint">{shown.slice(0, cut - 1)}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
