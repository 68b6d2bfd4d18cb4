import type { AgentEvent } from "../agents/agent-event.ts";
import type { ChatEvent, ChatEventBody } from "../chats/chat-event.ts";
import { ChatId, TaskId } from "../ids.ts";
import type { TaskEndState } from "../tasks/task.ts";
import { acceptPrompt, answerPermission, askPermission, endTask, startTask, startTool, updateTool } from "./build-body.ts";
import { buildEvent, BUILT_IDS } from "./build.ts";

/** The next step of a history. `which` picks the chat, part, call or ending it applies to. */
export interface Move {
  kind: string;
  which: number;
  text: string;
}

const CHATS = [BUILT_IDS.chat, ChatId.parse("chat-2"), BUILT_IDS.chat] as const;
const ENDS: readonly TaskEndState[] = ["completed", "failed", "interrupted"];

interface WrittenTask {
  id: TaskId;
  chatId: ChatId;
  /** The current text of each part. */
  said: Map<string, string>;
}

/** Plays moves into the journal of one session. Skips moves that make no sense in the current state. */
export function writeHistory(moves: readonly Move[]): ChatEvent[] {
  const events: ChatEvent[] = [];
  const queue: WrittenTask[] = [];
  let running: WrittenTask | undefined;
  let accepted = 0;

  const write = (body: ChatEventBody, task: WrittenTask | undefined) => {
    const seq = events.length + 1;
    events.push(buildEvent(body, { seq, at: 1_000 + seq, chatId: task?.chatId ?? null, taskId: task?.id ?? null }));
  };
  for (const { kind, which, text } of moves) {
    if (kind === "accept") {
      const task = { id: TaskId.parse(`task-${(accepted += 1)}`), chatId: CHATS[which]!, said: new Map() };
      write(acceptPrompt(text), task);
      queue.push(task);
    } else if (kind === "edit") {
      if (queue[which] !== undefined) write(acceptPrompt(text), queue[which]);
    } else if (kind === "start" && running === undefined) {
      running = queue.shift();
      if (running !== undefined) write(startTask(), running);
    } else if (kind === "end" && running !== undefined) {
      write(endTask(ENDS[which]!), running);
      running = undefined;
    } else if (running !== undefined) {
      for (const body of toAgentEvents(running, { kind, which, text })) write(body, running);
    } else if (kind === "other") {
      write({ type: "changes.captured", paths: [], additions: 0, deletions: 0 }, undefined);
    }
  }
  if (running !== undefined) write(endTask("interrupted"), running);
  return events;
}

function toAgentEvents(task: WrittenTask, { kind, which, text }: Move): AgentEvent[] {
  const partId = `${task.id}/p${which}`;
  const callId = `${task.id}/c${which}`;
  const permissionId = `${task.id}:a${which}`;
  const type = which === 0 ? "thought.delta" : "text.delta";
  const said = task.said.get(partId) ?? "";
  switch (kind) {
    case "say":
      task.said.set(partId, said + text);
      return [{ type, partId, offset: said.length, text }];
    case "repeat":
      // Text already sent, repeated together with something new.
      task.said.set(partId, said + text);
      return [{ type, partId, offset: Math.max(0, said.length - 2), text: said.slice(-2) + text }];
    case "skip":
      return [{ type, partId, offset: said.length + 3, text }];
    case "set":
      task.said.set(partId, text);
      return [{ type: "part.set", partId, kind: which === 0 ? "thought" : "text", firstSeq: null, text }];
    case "call":
      return [{ ...startTool(callId), title: text }];
    case "report":
      return [updateTool(callId, which === 1 ? "running" : "completed", { output: text })];
    case "ask":
      return [askPermission(permissionId)];
    case "answer":
      return [answerPermission(permissionId, text)];
    case "plan":
      return [{ type: "plan.updated", entries: [{ text, status: "running" }] }];
    default:
      return [{ type: "notice", level: "info", text }];
  }
}
