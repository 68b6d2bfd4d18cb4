import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { TriangleAlert } from "lucide-react";
import { CopyButton } from "../../ui/copy-button.tsx";
import { PlainText } from "../markdown/plain-text.tsx";

/** Stands where an item could not be drawn: its words as they are, where it has some. The rest of the chat is not touched by it. */
export function UnshownItem({ item, details }: { item: TranscriptItem; details: () => string }) {
  // Whatever kept it from being drawn may be in its words.
  const text = "text" in item && typeof item.text === "string" ? item.text : "";
  return (
    <div role="group" aria-label="Could not be shown" className="py-1">
      <p className="flex items-center gap-2 text-sm text-muted">
        <TriangleAlert aria-hidden className="size-3.5 shrink-0 text-amber" />
        <span className="min-w-0 flex-1">This part could not be shown as it should be.</span>
        <CopyButton showLabel label="Copy details" text={details} />
      </p>
      {text !== "" && <PlainText text={text} />}
    </div>
  );
}
