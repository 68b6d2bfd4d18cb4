import type { CodeLine } from "../../../files/code/highlight.ts";
import type { Emphasis } from "../diff-rows.ts";

/** A run of a line that is drawn alike. */
export interface Segment {
  text: string;
  /** The name of its colour; null is plain. */
  kind: string | null;
  isEmphasised: boolean;
}

/** The runs of a line: its colours, cut where the emphasis begins and ends. */
export function toSegments(text: string, colours: CodeLine | null, emphasis: Emphasis | null): Segment[] {
  const { start, end } = emphasis ?? { start: text.length, end: text.length };
  const segments: Segment[] = [];
  let at = 0;
  for (const token of colours ?? [{ text, kind: null }]) {
    const tokenEnd = at + token.text.length;
    for (const stop of [Math.min(start, tokenEnd), Math.min(end, tokenEnd), tokenEnd]) {
      if (stop <= at) continue;
      segments.push({ text: text.slice(at, stop), kind: token.kind, isEmphasised: at >= start && at < end });
      at = stop;
    }
  }
  // A grammar that left something out must not hide it.
  if (at < text.length) segments.push({ text: text.slice(at), kind: null, isEmphasised: false });
  return segments;
}
