import type { SearchInput } from "@boocode/shared/files/file-search";
import type { SessionId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { type KeyboardEvent, useDeferredValue, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpc } from "../../api/trpc.ts";
import { toCount } from "../../ui/labels.ts";
import { TextField } from "../../ui/text-field.tsx";
import { focusListRow } from "../focus-row.ts";
import { showPath } from "../show-path.ts";
import { toSearchRows } from "./search-rows.ts";

type Options = Required<Pick<SearchInput, "isPattern" | "isCaseSensitive" | "isWholeWord">>;
const OPTIONS: readonly { name: keyof Options; label: string; sign: string }[] = [
  { name: "isCaseSensitive", label: "Match case", sign: "Aa" },
  { name: "isWholeWord", label: "Whole words", sign: "ab" },
  { name: "isPattern", label: "Regular expression", sign: ".*" },
];

type SearchPanelProps = { sessionId: SessionId; onOpen: (path: string, line: number, column: number) => void };

/** Searches the text of all files. Enter searches and moves to the results, Enter on a result opens its line. */
export function SearchPanel({ sessionId, onOpen }: SearchPanelProps) {
  const [text, setText] = useState("");
  const [options, setOptions] = useState<Options>({ isPattern: false, isCaseSensitive: false, isWholeWord: false });
  const query = useDeferredValue(text);
  const list = useRef<VListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { data, error, isFetching } = useQuery({
    ...trpc.files.search.queryOptions({ sessionId, query, ...options }, { trpc: { abortOnUnmount: true } }),
    enabled: query.length > 1,
    staleTime: 0,
    gcTime: 10_000,
  });
  const found = query.length > 1 ? data : undefined;
  const rows = toSearchRows(found?.files ?? []);
  const lines = rows.length - (found?.files.length ?? 0);
  const focus = (at: number) => rows[at] && focusListRow({ list, frame }, at, rows[at].key);
  const onKey = (event: KeyboardEvent, at: number) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    focus(to);
    event.preventDefault();
  };
  const words = error
    ? explainError(error).title
    : found
      ? lines === 0
        ? "Nothing was found"
        : `${toCount(lines, "line")} in ${toCount(found.files.length, "file")}${found.isCut ? ", and more" : ""}`
      : isFetching
        ? "Searching…"
        : "";
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-col gap-1.5 px-2 pb-2">
        <TextField
          aria-label="Search in files"
          placeholder="Search in files"
          value={text}
          maxLength={500}
          data-code-search
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== "ArrowDown") return;
            event.preventDefault();
            focus(0);
          }}
        />
        <div className="flex items-center gap-1">
          {OPTIONS.map(({ name, label, sign }) => (
            <button
              key={name}
              type="button"
              aria-label={label}
              title={label}
              aria-pressed={options[name]}
              onClick={() => setOptions({ ...options, [name]: !options[name] })}
              className="h-6 rounded-md px-1.5 font-mono text-xs text-muted hover:bg-hover aria-pressed:bg-accent-soft aria-pressed:text-accent"
            >
              {sign}
            </button>
          ))}
          <span role="status" className="min-w-0 flex-1 truncate pl-1 text-sm text-muted" title={words}>
            {words}
          </span>
        </div>
      </div>
      <div ref={frame} role="grid" aria-label="Lines found" className="min-h-0 flex-1">
        <VList ref={list} data={rows} itemSize={24} bufferSize={400} className="overscroll-contain">
          {(row, at) => {
            const path = row.kind === "file" ? row.file.path : row.path;
            const place = row.kind === "file" ? row.file.lines[0]! : row.found;
            return (
              <div key={row.key} role="row">
                <div role="gridcell">
                  <button
                    type="button"
                    data-row={row.key}
                    tabIndex={at === 0 ? 0 : -1}
                    title={showPath(path)}
                    onClick={() => onOpen(path, place.line, place.column)}
                    onKeyDown={(event) => onKey(event, at)}
                    className={clsx(
                      "flex h-6 w-full min-w-0 items-center gap-2 px-2 text-left hover:bg-hover focus-visible:-outline-offset-2",
                      row.kind === "line" && "font-mono text-sm",
                    )}
                  >
                    {row.kind === "file" ? (
                      <span className="min-w-0 truncate font-medium">{showPath(path)}</span>
                    ) : (
                      <>
                        <span className="tabular w-8 shrink-0 text-right text-xs text-faint">{row.found.line}</span>
                        <FoundText {...row.found} length={options.isPattern ? 0 : query.length} />
                      </>
                    )}
                  </button>
                </div>
              </div>
            );
          }}
        </VList>
      </div>
    </div>
  );
}

/** Characters shown before a match. */
const LEAD = 12;

/** A line from a little before its match on, with the match marked. */
function FoundText({ text, at, length }: { text: string; at: number; length: number }) {
  const indent = text.length - text.trimStart().length;
  const from = at - indent > LEAD * 2 ? at - LEAD : Math.min(indent, at);
  return (
    <span className="min-w-0 truncate whitespace-pre text-muted">
      {from > indent && "…"}
      {text.slice(from, at)}
      <mark className="rounded-sm bg-amber-soft text-ink">{text.slice(at, at + length)}</mark>
      {text.slice(at + length)}
    </span>
  );
}
