import type { Emphasis } from "../diff-rows.ts";

/** How much of a long line is drawn, in UTF-16 units. */
export const SHOWN_CHARS = 2_000;
/** How much is drawn before the first difference. */
const LEAD_CHARS = 200;

/** The part of a line that is drawn: offsets in UTF-16 units, `end` exclusive. */
export interface ShownPart {
  start: number;
  end: number;
}

/** Chooses the part of a line that is drawn: all of it, or, of a long one, what is around its first difference. */
export function cutLine(text: string, emphasis: Emphasis | null): ShownPart {
  if (text.length <= SHOWN_CHARS) return { start: 0, end: text.length };
  const wanted = Math.max(0, (emphasis?.start ?? 0) - LEAD_CHARS);
  const start = moveOffPair(text, Math.min(wanted, text.length - SHOWN_CHARS));
  return { start, end: moveOffPair(text, start + SHOWN_CHARS) };
}

/** A place that is not inside a character of two units. */
function moveOffPair(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
