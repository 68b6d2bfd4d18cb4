import type { AgentEvent } from "./agent-event.ts";

type Delta = Extract<AgentEvent, { type: "text.delta" | "thought.delta" }>;

/**
 * Joins neighbouring deltas of the same part and type where their ranges touch or overlap.
 *
 * Folding what comes out gives the same text as folding what went in. Nothing is joined across another event: its place
 * between the deltas is part of what happened.
 */
export function mergeDeltas(events: readonly AgentEvent[]): AgentEvent[] {
  const merged: AgentEvent[] = [];
  // Text is gathered in pieces, because a long run would otherwise copy what it has at every step.
  let run: { first: Delta; pieces: string[]; end: number } | null = null;

  const flush = () => {
    if (run !== null) merged.push(run.pieces.length === 1 ? run.first : { ...run.first, text: run.pieces.join("") });
    run = null;
  };

  for (const event of events) {
    if (event.type !== "text.delta" && event.type !== "thought.delta") {
      flush();
      merged.push(event);
      continue;
    }
    const open: { first: Delta; pieces: string[]; end: number } | null = run;
    if (open === null || !continues(open.first, open.end, event)) {
      flush();
      run = { first: event, pieces: [event.text], end: event.offset + event.text.length };
      continue;
    }
    const tail = event.text.slice(open.end - event.offset);
    if (tail !== "") open.pieces.push(tail);
    open.end += tail.length;
  }
  flush();
  return merged;
}

/** A range that begins before the run does is not its continuation: joined, it would fill a gap that was left out. */
function continues(first: Delta, end: number, next: Delta): boolean {
  return next.type === first.type && next.partId === first.partId && next.offset >= first.offset && next.offset <= end;
}
