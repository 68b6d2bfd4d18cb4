import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { TriangleAlert } from "lucide-react";
import { CopyButton } from "../../ui/copy-button.tsx";
import { PlainText } from "../markdown/plain-text.tsx";

/** Replaces an item that could not be rendered, and shows its text if it has any. The rest of the chat is unaffected. */
export function UnshownItem({ item, details }: { item: TranscriptItem; details: () => string }) {
  // The text itself may have caused the failure.
  const text = "text" in item && typeof item.text === "string" ? item.text : "";
  return (
    <div role="group" aria-label="Could not be shown" className="py-1">
      <p className="flex items-center gap-2 text-sm text-muted">
        <TriangleAlert aria-hidden className="size-3.5 shrink-0 text-amber" />
        <span className="min-w-0 flex-1">This part could not be shown properly.</span>
        <CopyButton showLabel label="Copy details" text={details} />
      </p>
      {text !== "" && <PlainText text={text} />}
    </div>
  );
}
