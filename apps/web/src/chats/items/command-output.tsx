import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { PLAIN_STYLE, parseAnsi, stripAnsi, toGround, toReadable, type AnsiSpan } from "./ansi.ts";
import { useExpanded } from "../../ui/browser/use-expanded.ts";

const TAIL_LINES = 14;
/** Maximum text drawn on a card, in UTF-16 units; the rest can be copied. */
const SHOWN_CHARS = 60_000;
const MAX_RUNS = 3_000;

type CommandOutputProps = {
  /** The key of its call. */
  id: string;
  output: string;
  truncatedBytes: number;
};

/** The output of a command: its last lines at first, all of it on request. */
export function CommandOutput({ id, output, truncatedBytes }: CommandOutputProps) {
  const [isWhole, setWhole] = useExpanded(`${id}:whole`, false);
  const text = output.replace(/\s+$/, "");
  const { tail, hiddenLines } = takeTail(text, TAIL_LINES);
  const shown = (isWhole ? text : tail).slice(-SHOWN_CHARS);
  const isFolded = !isWhole && hiddenLines > 0;
  return (
    <div className="group/output relative">
      {(isFolded || truncatedBytes > 0) && (
        <div className="flex min-h-7 flex-wrap items-center gap-x-3 px-3 pt-1 text-xs text-faint">
          {isFolded && (
            <Button size="sm" variant="quiet" className="-ml-2" onClick={() => setWhole(true)}>
              Show {hiddenLines} earlier {hiddenLines === 1 ? "line" : "lines"}
            </Button>
          )}
          {truncatedBytes > 0 && <span>{Math.ceil(truncatedBytes / 1024)} kB were left out</span>}
        </div>
      )}
      <pre
        tabIndex={0}
        aria-label="Output"
        className="max-h-96 overflow-auto px-3 py-2 text-[12px] leading-[18px] break-words whitespace-pre-wrap"
      >
        {toRuns(shown).map((span, at) => (
          <Run key={at} span={span} />
        ))}
      </pre>
      <CopyButton
        text={() => stripAnsi(output)}
        label="Copy output"
        className="absolute top-1 right-1 bg-canvas opacity-0 group-hover/output:opacity-100 focus-visible:opacity-100"
      />
    </div>
  );
}

/** Splits text into styled runs, or one plain run if there are too many to draw. */
function toRuns(text: string): AnsiSpan[] {
  const runs = parseAnsi(text);
  if (runs.length <= MAX_RUNS) return runs;
  return [{ ...PLAIN_STYLE, text: runs.map((run) => run.text).join("") }];
}

/** The last `lines` lines, and the number of lines before them. */
function takeTail(text: string, lines: number): { tail: string; hiddenLines: number } {
  const all = text.split("\n");
  // Hiding only two or three lines is not worth a button.
  if (all.length <= lines + 3) return { tail: text, hiddenLines: 0 };
  return { tail: all.slice(-lines).join("\n"), hiddenLines: all.length - lines };
}

function Run({ span }: { span: AnsiSpan }) {
  const isPlain = !span.colour && !span.background && !span.isBold && !span.isDim && !span.isItalic && !span.isUnderlined;
  if (isPlain) return span.text;
  return (
    <span
      style={{
        ...(span.colour ? { color: toReadable(span.colour) } : span.isDim ? { color: "var(--muted)" } : {}),
        ...(span.background ? { background: toGround(span.background) } : {}),
        ...(span.isBold ? { fontWeight: 600 } : {}),
        ...(span.isItalic ? { fontStyle: "italic" } : {}),
        ...(span.isUnderlined ? { textDecoration: "underline" } : {}),
      }}
    >
      {span.text}
    </span>
  );
}
