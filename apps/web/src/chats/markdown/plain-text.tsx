import { cutText } from "@boocode/shared/text/cut-text";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";

/** About as much text as a page can lay out in a frame or two. In UTF-16 units. */
const FOLDED_CHARS = 20_000;
const FOLDED_LINES = 300;

/** Plain text of any length: its beginning, and the rest on a click. */
export function PlainText({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false);
  const head = cutText(text, FOLDED_CHARS).split("\n", FOLDED_LINES).join("\n");
  if (head.length === text.length || isOpen) return <div className="whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</div>;
  return (
    <div className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {head}…
      <ShowAll length={text.length} onClick={() => setOpen(true)} />
    </div>
  );
}

/** The button that shows the rest of a folded text. */
export function ShowAll({ length, onClick }: { length: number; onClick: () => void }) {
  return (
    <Button size="sm" variant="quiet" className="mt-1 -ml-2 block font-sans" onClick={onClick}>
      {`Show all of it (${length.toLocaleString("en")} characters)`}
    </Button>
  );
}
