import type { TaskId } from "../ids.ts";
import { SETUP_AUTHOR } from "../worktrees/worktree-plan.ts";
import type { LineRange, TraceConversation, TraceFile } from "./agent-trace.ts";
import type { ChangeBlame, LineWriter } from "./change-blame.ts";

/**
 * Converts the authors of a file's lines into the Agent Trace format: one conversation for each author, in the order of their first lines.
 * Lines of the base have no author here. Returns null if there is nothing to say. `modelOf`: the model of a turn; "" if it is not known.
 */
export function toTraceFile({ path, writers, lines }: ChangeBlame, modelOf: (taskId: TaskId) => string): TraceFile | null {
  const found = new Map<string, { conversation: TraceConversation; tasks: Set<TaskId> }>();
  for (const [place, by] of lines.entries()) {
    if (by === "base") continue;
    const writer = writers[by]!;
    const conversation = toConversation(writer, modelOf);
    const key = JSON.stringify(conversation);
    const entry = found.get(key) ?? { conversation, tasks: new Set() };
    found.set(key, entry);
    addLine(entry.conversation.ranges, place + 1);
    if (writer.taskId !== null) entry.tasks.add(writer.taskId);
  }
  if (found.size === 0) return null;
  const conversations = [...found.values()].map(({ conversation, tasks }): TraceConversation => {
    if (tasks.size === 0) return conversation;
    return { ...conversation, related: [...tasks].map((taskId) => ({ type: "task", url: toUrn("task", taskId) })) };
  });
  return { path, conversations };
}

function toConversation({ agent, chatId, taskId }: LineWriter, modelOf: (taskId: TaskId) => string): TraceConversation {
  if (agent === null) return { contributor: { type: "human" }, ranges: [] };
  // What a setup's program makes is neither the agent's nor the person's.
  if (agent === SETUP_AUTHOR) return { contributor: { type: "unknown" }, ranges: [] };
  const model = taskId === null ? "" : modelOf(taskId);
  return {
    ...(chatId !== null && { url: toUrn("chat", chatId) }),
    contributor: { type: "ai", ...(model !== "" && { model_id: model }) },
    ranges: [],
  };
}

function addLine(ranges: LineRange[], line: number): void {
  const last = ranges.at(-1);
  if (last?.end_line === line - 1) last.end_line = line;
  else ranges.push({ start_line: line, end_line: line });
}

const toUrn = (noun: string, id: string) => `urn:boocode:${noun}:${encodeURIComponent(id)}`;
