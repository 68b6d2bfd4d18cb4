import type { ChatEvent } from "./chat-event.ts";
import { beginsItem } from "./item-key.ts";
import type { TranscriptItem } from "./transcript.ts";

/** Returns the item an event begins, or null if it begins none. `key` is the event's own. */
export function toItem(event: ChatEvent, key: string): TranscriptItem | null {
  const { body, seq, taskId, at } = event;
  if (!beginsItem(body)) return null;
  const place = { key, firstSeq: seq, lastSeq: seq, taskId, at };
  switch (body.type) {
    case "prompt.accepted":
      return {
        ...place,
        kind: "prompt",
        promptId: body.promptId,
        agent: body.agent,
        model: body.model,
        mode: body.mode,
        text: body.text,
        ...(body.kind === "skill" ? { isSkill: true } : {}),
        ...(body.attachments === undefined ? {} : { attachments: body.attachments }),
        ...(body.again === undefined ? {} : { again: body.again }),
      };
    case "prompt.steered":
      return { ...place, kind: "steer", promptId: body.promptId, from: body.from, text: body.text };
    case "text.delta":
      return { ...place, kind: "text", partId: body.partId, text: body.text, isStreaming: true };
    case "thought.delta":
      return { ...place, kind: "thought", partId: body.partId, text: body.text, isStreaming: true };
    case "part.set":
      // A folded part takes the place of its first delta, which is never after its own seq.
      return {
        ...place,
        firstSeq: Math.min(body.firstSeq ?? seq, seq),
        kind: body.kind,
        partId: body.partId,
        text: body.text,
        isStreaming: true,
      };
    case "tool.started":
      return {
        ...place,
        kind: "tool",
        callId: body.callId,
        parentCallId: body.parentCallId ?? null,
        name: body.name,
        toolKind: body.kind,
        title: body.title,
        paths: body.paths,
        argv: body.argv ?? null,
        cwd: body.cwd ?? null,
        input: body.input,
        echo: body.echo ?? null,
        status: "running",
        result: {},
        endedAt: null,
      };
    case "plan.updated":
      return { ...place, kind: "plan", entries: body.entries };
    case "permission.requested":
      return {
        ...place,
        kind: "permission",
        permissionId: body.permissionId,
        title: body.title,
        paths: body.paths ?? [],
        argv: body.argv ?? null,
        cwd: body.cwd ?? null,
        options: body.options,
        resolution: null,
      };
    case "notice":
      return { ...place, kind: "notice", level: body.level, text: body.text, summary: body.summary ?? null };
    case "changes.applied":
    case "changes.rejected":
    case "changes.restored":
      return {
        ...place,
        kind: "judgement",
        verb: VERB[body.type],
        paths: body.paths,
        pathCount: body.pathCount ?? body.paths.length,
        isUndone: body.undone ?? false,
      };
    case "skill.given":
      return { ...place, kind: "skill", name: body.name, path: body.path, text: body.text };
    case "handoff.sent": {
      const { to, from, turns, isAnew, text } = body;
      return { ...place, kind: "handoff", to, from, turns, isAnew, text };
    }
    case "task.ended":
      return {
        ...place,
        kind: "turn_end",
        state: body.state,
        agent: body.agent,
        model: body.model,
        cause: body.cause,
        evidence: body.evidence,
        durationMs: body.durationMs,
        usage: body.usage,
        filesChanged: body.filesChanged,
        filesStaged: body.filesStaged ?? 0,
      };
    case "tool.updated":
    case "permission.resolved":
    case "attachments.given":
    case "commands.updated":
    case "usage.updated":
    case "session.updated":
    case "queue.changed":
    case "task.started":
    case "checkpoint.taken":
    case "changes.captured":
    case "late_terminal":
    case "unreadable":
      return null;
  }
}

const VERB = { "changes.applied": "applied", "changes.rejected": "rejected", "changes.restored": "restored" } as const;
