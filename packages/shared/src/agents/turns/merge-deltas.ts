import type { AgentEvent } from "../agent-event.ts";

type Delta = Extract<AgentEvent, { type: "text.delta" | "thought.delta" }>;

/**
 * Merges neighbouring deltas of the same part and type if their ranges touch or overlap.
 *
 * Folding the result gives the same text as folding the input. Deltas are not merged across another event, because its place between them
 * is part of what happened.
 */
export function mergeDeltas(events: readonly AgentEvent[]): AgentEvent[] {
  const merged: AgentEvent[] = [];
  // Text is collected in pieces; concatenating at every step would copy a long run each time.
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

/**
 * Returns whether a delta continues a run. A range that starts before the run does not continue it: merging would fill a gap that was left
 * out.
 */
function continues(first: Delta, end: number, next: Delta): boolean {
  return next.type === first.type && next.partId === first.partId && next.offset >= first.offset && next.offset <= end;
}
