import { cutText } from "@boocode/shared/text/cut-text";
import { useEffect, useState } from "react";
import { CopyButton } from "../../ui/copy-button.tsx";
import { highlightCode, MAX_CHARS, peekHighlight, type CodeLine } from "../../files/code/highlight.ts";
import "../../files/code/code.css";
import { ShowAll } from "./plain-text.tsx";

type CodeBlockProps = {
  code: string;
  /** The language after the fence, or empty. */
  language: string;
  /** True while more text arrives; highlighting waits until the block is complete. */
  isStreaming: boolean;
};

/** A code fence with its language, a copy button, and highlighting once it is loaded. Highlighting never changes its size. */
export function CodeBlock({ code, language, isStreaming }: CodeBlockProps) {
  const lines = useHighlight(code, language, !isStreaming);
  const [isOpen, setOpen] = useState(false);
  const isFolded = code.length > MAX_CHARS && !isOpen;
  return (
    <figure className="group/code my-3 overflow-hidden rounded-md border border-line bg-surface">
      <figcaption className="flex h-7 items-center border-b border-line pr-1 pl-3 text-xs text-faint">
        <span className="min-w-0 flex-1 truncate">{language || "text"}</span>
        <CopyButton text={code} label="Copy code" className="opacity-60 group-hover/code:opacity-100 focus-visible:opacity-100" />
      </figcaption>
      <pre tabIndex={0} aria-label={language ? `${language} code` : "Code"} className="overflow-x-auto px-3 py-2.5 text-code">
        <code>{lines ? <CodeLines lines={lines} /> : isFolded ? `${cutText(code, MAX_CHARS)}…` : code}</code>
      </pre>
      {isFolded && (
        <div className="border-t border-line px-3 py-1">
          <ShowAll length={code.length} onClick={() => setOpen(true)} />
        </div>
      )}
    </figure>
  );
}

function CodeLines({ lines }: { lines: readonly CodeLine[] }) {
  return lines.map((line, at) => (
    <span key={at}>
      {line.map((token, index) => (
        <span key={index} {...(token.kind ? { className: `code-${token.kind}` } : {})}>
          {token.text}
        </span>
      ))}
      {at < lines.length - 1 && "\n"}
    </span>
  ));
}

/** The highlighted lines, or null until they are loaded. */
function useHighlight(code: string, language: string, enabled: boolean): readonly CodeLine[] | null {
  const [found, setFound] = useState<{ code: string; lines: readonly CodeLine[] | null }>(() => ({
    code,
    lines: peekHighlight(code, language),
  }));
  const isFound = found.code === code && found.lines !== null;
  useEffect(() => {
    if (!enabled || isFound) return;
    let isWanted = true;
    void highlightCode(code, language).then((lines) => {
      if (isWanted) setFound({ code, lines });
    });
    return () => {
      isWanted = false;
    };
  }, [code, language, enabled, isFound]);
  return isFound ? found.lines : null;
}
