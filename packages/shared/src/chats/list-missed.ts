import type { AgentEvent } from "../agents/agent-event.ts";
import type { PartItem, ToolItem, TranscriptItem } from "./transcript.ts";
import { isPart } from "./update-item.ts";

type PartSet = Extract<AgentEvent, { type: "part.set" }>;
type ToolStarted = Extract<AgentEvent, { type: "tool.started" }>;
type ToolUpdated = Extract<AgentEvent, { type: "tool.updated" }>;

/**
 * Returns what an agent reports of a finished turn, minus what the transcript already has.
 *
 * `reported` is the turn from its beginning, with ids as in the transcript. Parts are returned whole, so that applying them again changes
 * nothing. A part the transcript has more of is left as it is, and so is a tool whose end it has.
 */
export function listMissed(known: readonly TranscriptItem[], reported: readonly AgentEvent[]): AgentEvent[] {
  const parts = new Map<string, PartItem>();
  const tools = new Map<string, ToolItem>();
  for (const item of known) {
    if (isPart(item)) parts.set(item.partId, item);
    else if (item.kind === "tool") tools.set(item.callId, item);
  }
  return [...mergeReported(reported).values()].flatMap((one): AgentEvent[] => {
    if ("text" in one) return one.text === "" || parts.get(one.partId)?.text.startsWith(one.text) ? [] : [one];
    const status = tools.get(one.started.callId)?.status;
    if (status === undefined) return one.updated ? [one.started, one.updated] : [one.started];
    const isNew = one.updated?.status === "completed" || one.updated?.status === "failed";
    return isNew && status !== "completed" && status !== "failed" ? [one.updated as ToolUpdated] : [];
  });
}

/** Returns the final state of each part and each tool, in the order they began. */
function mergeReported(reported: readonly AgentEvent[]): Map<string, PartSet | { started: ToolStarted; updated: ToolUpdated | null }> {
  const joined = new Map<string, PartSet | { started: ToolStarted; updated: ToolUpdated | null }>();
  for (const event of reported) {
    if (event.type === "part.set") joined.set(`part ${event.partId}`, { ...event, firstSeq: null });
    else if (event.type === "text.delta" || event.type === "thought.delta") {
      const { partId, offset, text } = event;
      const before = joined.get(`part ${partId}`);
      const prefix = before && "text" in before ? before.text.slice(0, offset) : "";
      const kind = event.type === "text.delta" ? "text" : "thought";
      joined.set(`part ${partId}`, { type: "part.set", partId, kind, firstSeq: null, text: prefix + text });
    } else if (event.type === "tool.started") joined.set(`tool ${event.callId}`, { started: event, updated: null });
    else if (event.type === "tool.updated") {
      const before = joined.get(`tool ${event.callId}`);
      if (before && "started" in before) before.updated = event;
    }
  }
  return joined;
}
