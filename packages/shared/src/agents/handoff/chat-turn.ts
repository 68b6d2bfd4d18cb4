import { nameAttachments } from "../../attachments/given-content.ts";
import type { TranscriptItem } from "../../chats/transcript.ts";
import { shorten } from "../../text/cut-text.ts";
import type { AgentId, Seq, TaskId } from "../../ids.ts";
import type { TaskCause, TaskEndState } from "../../tasks/task.ts";

/** What an agent wrote or did in a turn. */
export type TurnStep = { kind: "said"; text: string } | { kind: "did"; title: string; outcome: string | null };

/** One turn of a chat, as another agent can be told about it. */
export interface ChatTurn {
  taskId: TaskId;
  agent: AgentId;
  /** Empty if the agent began the turn by itself. */
  prompt: string;
  steps: readonly TurnStep[];
  /** Null while it runs. */
  end: { state: TaskEndState; cause: TaskCause | null; filesChanged: number } | null;
  lastSeq: Seq;
}

/** What a tool did, and what went wrong, have at most this length each. */
const MAX_LINE_CHARS = 160;

/**
 * Returns the turns of a chat's items, in the order of the items. Thoughts, plans and the output of tools are left out: a tool is one line.
 * Items without a prompt before them belong to no turn.
 */
export function toChatTurns(items: readonly TranscriptItem[]): ChatTurn[] {
  const turns = new Map<TaskId, ChatTurn & { steps: TurnStep[] }>();
  for (const item of items) {
    if (item.taskId === null) continue;
    if (item.kind === "prompt") {
      const { taskId, agent, text, attachments = [], lastSeq } = item;
      const prompt = [text, nameAttachments(attachments)].filter((part) => part !== "").join("\n\n");
      turns.set(taskId, { taskId, agent, prompt, steps: [], end: null, lastSeq });
      continue;
    }
    const turn = turns.get(item.taskId);
    if (!turn) continue;
    turn.lastSeq = Math.max(turn.lastSeq, item.lastSeq);
    if (item.kind === "text" && item.text.trim() !== "") turn.steps.push({ kind: "said", text: item.text.trim() });
    else if (item.kind === "steer") turn.prompt = `${turn.prompt}\n\n${item.text}`;
    else if (item.kind === "tool" && item.parentCallId === null)
      turn.steps.push({ kind: "did", title: oneLine(item.title), outcome: toOutcome(item) });
    else if (item.kind === "turn_end") turn.end = { state: item.state, cause: item.cause, filesChanged: item.filesChanged };
  }
  return [...turns.values()];
}

/** Null for a tool that did what it should. */
function toOutcome({ status, result }: Extract<TranscriptItem, { kind: "tool" }>): string | null {
  const exit = typeof result.exitCode === "number" && result.exitCode !== 0 ? `exit code ${result.exitCode}` : null;
  if (status === "completed") return exit;
  const said = result.error === undefined ? null : oneLine(result.error);
  return [status === "running" ? "did not finish" : status, exit, said].filter((part) => part !== null).join(", ");
}

const oneLine = (text: string): string => shorten(text.replace(/\s+/g, " ").trim(), MAX_LINE_CHARS);
