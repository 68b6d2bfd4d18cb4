import { useCallback, useSyncExternalStore, Suspense, useState } from "react";
import type { CodeLine } from "../../../files/code/highlight.ts";
import "../../../files/code/code.css";
import { cutLine } from "./cut-line.ts";
import { findEmphasis, type Emphasis } from "../diff-rows.ts";
import type { FileColours } from "./file-colours.ts";
import { toSegments } from "./line-segments.ts";
import type { PatchLine } from "../parse-patch.ts";
import { later } from "../../../ui/browser/later.ts";

const LongLineDialog = later(() => import("./long-line-dialog.tsx"));

type LineTextProps = {
  line: PatchLine;
  hunk: number;
  /** The line it replaced, or that replaced it. */
  partner: PatchLine | null;
  colours: FileColours | null;
};

/** The text of a line: what differs from its counterpart is marked, and of a very long line the part around that is shown. */
export function LineText({ line, hunk, partner, colours }: LineTextProps) {
  const text = toText(line);
  const emphasis = partner && line.kind !== "context" ? findEmphasisOnce(line, partner) : null;
  const tokens = useColours(colours, hunk, line);
  const { start, end } = cutLine(text, emphasis);
  if (text === "") return "\u200b";
  const isCut = end - start < text.length;
  const segments = isCut
    ? toSegments(text.slice(start, end), null, emphasis && { start: Math.max(0, emphasis.start - start), end: emphasis.end - start })
    : toSegments(text, tokens, emphasis);
  const ground = line.kind === "added" ? "var(--added)" : "var(--removed)";
  return (
    <>
      {start > 0 && <CutMark characters={start} />}
      {segments.map(({ text: part, kind, isEmphasised }, at) =>
        kind === null && !isEmphasised ? (
          part
        ) : (
          <span
            key={at}
            // The colours of code are not readable on the ground of what differs.
            className={kind === null || isEmphasised ? undefined : `code-${kind}`}
            style={isEmphasised ? { background: `color-mix(in srgb, ${ground} 22%, transparent)`, borderRadius: 2 } : undefined}
          >
            {part}
          </span>
        ),
      )}
      {end < text.length && <CutMark characters={text.length - end} />}
      {isCut && <ShowLine line={line} text={text} />}
    </>
  );
}

function CutMark({ characters }: { characters: number }) {
  return (
    <span className="mx-1 rounded-sm bg-inset px-1 font-sans text-xs text-muted select-none">
      {characters.toLocaleString("en-US")} characters not shown
    </span>
  );
}

function ShowLine({ line, text }: { line: PatchLine; text: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        tabIndex={-1}
        onClick={() => setOpen(true)}
        className="ml-1 rounded-sm font-sans text-xs text-muted underline underline-offset-2 select-none hover:text-ink"
      >
        Show the whole line
      </button>
      {isOpen && (
        <Suspense>
          <LongLineDialog number={line.newNumber ?? line.oldNumber ?? 0} text={text} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** The text without the carriage return of its line ending. */
const toText = ({ text }: PatchLine) => (text.endsWith("\r") ? text.slice(0, -1) : text);

const found = new WeakMap<PatchLine, { partner: PatchLine; emphasis: Emphasis | null }>();

/** Comparing lines of a megabyte takes milliseconds, so it is done once. */
function findEmphasisOnce(line: PatchLine, partner: PatchLine): Emphasis | null {
  const known = found.get(line);
  if (known?.partner === partner) return known.emphasis;
  const emphasis = findEmphasis(toText(line), toText(partner));
  found.set(line, { partner, emphasis });
  return emphasis;
}

function useColours(colours: FileColours | null, hunk: number, line: PatchLine): CodeLine | null {
  const subscribe = useCallback((listener: () => void) => colours?.subscribe(hunk, line, listener) ?? (() => {}), [colours, hunk, line]);
  return useSyncExternalStore(subscribe, () => colours?.read(hunk, line) ?? null);
}
