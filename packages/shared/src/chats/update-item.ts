import type { ToolResult } from "../agents/agent-event.ts";
import type { ChatEvent } from "./chat-event.ts";
import type { PartItem, PromptItem, ToolItem, TranscriptItem } from "./transcript.ts";

/** Folds a later event of the same item into it. Returns the same object if the event changes nothing. */
export function updateItem(item: TranscriptItem, event: ChatEvent): TranscriptItem {
  const { body, seq } = event;
  if (seq <= item.lastSeq) return item;
  switch (body.type) {
    case "prompt.accepted":
      // A queued prompt that is edited is accepted again with the new text.
      if (item.kind !== "prompt") return item;
      return editPrompt(item, body, seq);
    case "attachments.given":
      return item.kind === "prompt" ? { ...item, lastSeq: seq, given: { to: body.to, files: body.files } } : item;
    case "text.delta":
    case "thought.delta":
      return isPart(item) ? appendRange(item, body.offset, body.text, seq) : item;
    case "part.set":
      return isPart(item) ? { ...item, lastSeq: seq, kind: body.kind, text: body.text } : item;
    case "tool.started":
      if (item.kind !== "tool") return item;
      return {
        ...item,
        lastSeq: seq,
        parentCallId: body.parentCallId ?? item.parentCallId,
        name: body.name,
        toolKind: body.kind,
        title: body.title,
        paths: body.paths,
        argv: body.argv ?? item.argv,
        cwd: body.cwd ?? item.cwd,
        input: body.input,
        echo: body.echo ?? item.echo,
      };
    case "tool.updated":
      return item.kind === "tool" ? updateTool(item, body, event) : item;
    case "plan.updated":
      return item.kind === "plan" ? { ...item, lastSeq: seq, entries: body.entries } : item;
    case "permission.resolved":
      // The first answer wins.
      if (item.kind !== "permission" || item.resolution !== null) return item;
      return { ...item, lastSeq: seq, resolution: { optionId: body.optionId, by: body.by } };
    case "permission.requested":
    case "notice":
    case "task.ended":
    case "commands.updated":
    case "usage.updated":
    case "session.updated":
    case "queue.changed":
    case "prompt.steered":
    case "handoff.sent":
    case "skill.given":
    case "task.started":
    case "checkpoint.taken":
    case "changes.captured":
    case "changes.applied":
    case "changes.rejected":
    case "changes.restored":
    case "late_terminal":
    case "unreadable":
      return item;
  }
}

type Accepted = Extract<ChatEvent["body"], { type: "prompt.accepted" }>;

function editPrompt(item: PromptItem, { agent, model, mode, text, attachments }: Accepted, lastSeq: number): PromptItem {
  const { attachments: _, ...rest } = item;
  return { ...rest, lastSeq, agent, model, mode, text, ...(attachments === undefined ? {} : { attachments }) };
}

export const isPart = (item: TranscriptItem): item is PartItem => item.kind === "text" || item.kind === "thought";

/**
 * Appends a delta. A range already present adds nothing, an overlapping one adds its tail, and one after a gap is left out, so that only
 * text the agent wrote is shown.
 */
function appendRange(item: PartItem, offset: number, text: string, seq: number): PartItem {
  const known = item.text.length - offset;
  if (known < 0 || known >= text.length) return item;
  return { ...item, lastSeq: seq, text: item.text + (known === 0 ? text : text.slice(known)) };
}

type ToolUpdate = Extract<ChatEvent["body"], { type: "tool.updated" }>;

function updateTool(item: ToolItem, update: ToolUpdate, { seq, at }: ChatEvent): ToolItem {
  const isOver = update.status !== "running";
  if (!isOver && item.status !== "running") return item;
  return {
    ...item,
    lastSeq: seq,
    status: update.status,
    result: mergeResult(item.result, update.result),
    paths: update.paths ?? item.paths,
    endedAt: isOver ? at : null,
  };
}

/** Merges an update into a result. Omitted fields keep their value; `truncatedBytes` belongs to the output it came with. */
function mergeResult(known: ToolResult, update: ToolResult): ToolResult {
  if (update.output === undefined) return { ...known, ...update };
  const { truncatedBytes: _, ...rest } = known;
  return { ...rest, ...update };
}
