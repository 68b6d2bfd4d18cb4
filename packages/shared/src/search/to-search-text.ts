import type { TranscriptItem } from "../chats/transcript.ts";
import { cutText, cutTextStart } from "../text/cut-text.ts";
import type { HitKind } from "./search.ts";

/** How much of an item is searched, in UTF-16 code units: of a longer one, the beginning and the end. */
export const SEARCHED_UNITS = 65_536;
const END_UNITS = 16_384;

/** Returns what of an item of a transcript is searched; null if nothing is. */
export function toSearchText(item: TranscriptItem): { kind: HitKind; text: string } | null {
  const found = read(item);
  const text = found?.texts.filter((each) => each != null && each !== "").join("\n");
  return found && text ? { kind: found.kind, text: bound(text) } : null;
}

type Read = { kind: HitKind; texts: readonly (string | null | undefined)[] };

function read(item: TranscriptItem): Read | null {
  switch (item.kind) {
    case "prompt":
      return { kind: "prompt", texts: [item.text, ...(item.attachments ?? []).map(({ name }) => name)] };
    case "steer":
      return { kind: "prompt", texts: [item.text] };
    case "text":
      return { kind: "answer", texts: [item.text] };
    case "thought":
      return { kind: "thought", texts: [item.text] };
    case "tool":
      return {
        kind: "tool",
        texts: [item.title, ...item.paths, item.argv?.join(" "), item.result.patch, item.result.output, item.result.error],
      };
    case "plan":
      return { kind: "other", texts: item.entries.map(({ text }) => text) };
    case "permission":
      return { kind: "tool", texts: [item.title, ...item.paths, item.argv?.join(" ")] };
    case "notice":
      return { kind: "other", texts: [item.text] };
    case "turn_end":
      return { kind: "other", texts: [item.evidence?.message] };
    // What was handed over stands in the chat already.
    case "handoff":
    case "skill":
    case "judgement":
      return null;
  }
}

function bound(text: string): string {
  if (text.length <= SEARCHED_UNITS) return text;
  return `${cutText(text, SEARCHED_UNITS - END_UNITS)}\n${cutTextStart(text, END_UNITS)}`;
}
