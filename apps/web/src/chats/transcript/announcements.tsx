import { cutText } from "@boocode/shared/text/cut-text";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { useState } from "react";
import { explainEnd } from "../../tasks/explain-cause.ts";

const SPOKEN_CHARS = 240;

/** Announces to screen readers, once, that a turn ended and how its answer begins, or that the agent asks. Never every word. */
export function Announcements({ items }: { items: readonly TranscriptItem[] }) {
  const last = items.at(-1);
  const key = last && (last.kind === "turn_end" || last.kind === "permission") ? last.key : null;
  // Items present when the chat was opened are not announced; they are read like other content.
  const [spoken, setSpoken] = useState({ key, words: "" });
  if (last && key !== spoken.key) setSpoken({ key, words: key === null ? spoken.words : describe(last, items) });
  return (
    <div aria-live="polite" className="sr-only">
      {spoken.words}
    </div>
  );
}

function describe(item: TranscriptItem, items: readonly TranscriptItem[]): string {
  if (item.kind === "permission") return `The agent asks for permission: ${item.title}`;
  if (item.kind !== "turn_end") return "";
  const words = explainEnd(item, true);
  if (words) return `${item.agent}: ${words.title}. ${words.hint}`;
  const text = items.findLast((each) => each.kind === "text" && each.taskId === item.taskId);
  return `${item.agent} has finished. ${text?.kind === "text" ? cutText(text.text, SPOKEN_CHARS) : ""}`;
}
