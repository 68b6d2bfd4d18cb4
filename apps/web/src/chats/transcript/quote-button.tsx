import { TextQuote } from "lucide-react";
import { type RefObject, useEffect, useState } from "react";
import { useIsInActivePane } from "../../ui/browser/active-pane.ts";
import { useCommand } from "../../ui/browser/commands.ts";
import { Button } from "../../ui/button.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { useComposerTarget } from "../items/composer-target.ts";
import { toQuote } from "./to-quote.ts";

const QUOTE_KEYS = "Own+Q";

/** Where the button stands in the frame around the transcript, in pixels. */
interface Place {
  top: number;
  left: number;
}

/** A button beside selected text of a transcript that quotes it in the composer. */
export function QuoteButton({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const write = useComposerTarget();
  const [place, setPlace] = useState<Place | null>(null);
  const isActive = useIsInActivePane();
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setPlace(scroller.current && placeOf(scroller.current));
      });
    };
    const element = scroller.current;
    document.addEventListener("selectionchange", look);
    element?.addEventListener("scroll", look, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener("selectionchange", look);
      element?.removeEventListener("scroll", look);
    };
  }, [scroller]);
  const quote = () => {
    const selection = document.getSelection();
    const text = toQuote(selection?.toString() ?? "");
    if (text === "" || !write) return;
    selection?.removeAllRanges();
    write(text);
  };
  useCommand("Quote the selected text", QUOTE_KEYS, quote, place !== null && isActive);
  if (!place || !write) return null;
  return (
    <div style={place} className="absolute z-10 rounded-md border border-line-strong bg-raised shadow-popup">
      {/* A press would end the selection. */}
      <Button size="sm" variant="quiet" onPointerDown={(event) => event.preventDefault()} onClick={quote}>
        <TextQuote aria-hidden className="size-3.5" /> Quote <Kbd keys={QUOTE_KEYS} />
      </Button>
    </div>
  );
}

/** The width that the button takes, in pixels. */
const WIDTH = 120;

/** Returns the place below the end of the selection; null if nothing in the element is selected, or its end is out of sight. */
function placeOf(scroller: HTMLElement): Place | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!scroller.contains(range.commonAncestorContainer) || toQuote(selection.toString()) === "") return null;
  const frame = scroller.getBoundingClientRect();
  // A selected paragraph goes on to the beginning of the next one, of which nothing is selected.
  const end = [...range.getClientRects()].findLast(({ width }) => width > 1) ?? range.getBoundingClientRect();
  if (end.bottom < frame.top || end.bottom > frame.bottom) return null;
  const left = Math.max(4, Math.min(end.right - frame.left - WIDTH / 2, frame.width - WIDTH - 4));
  return { top: Math.min(end.bottom - frame.top + 6, frame.height - 36), left };
}
