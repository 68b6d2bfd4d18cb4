import type { AgentId } from "@boocode/shared/ids";
import type { ToolItem, TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import type { AssistantModelMessage, ModelMessage } from "ai";

/** Characters of the whole history: some 60,000 tokens, which leaves room in the contexts of today's models. */
const MAX_CHARACTERS = 240_000;
const MAX_TOOL_CHARACTERS = 8_000;

/**
 * Turns what was said in a chat into the messages a model is given: prompts, answers, and tool calls with their results.
 *
 * Keeps the newest that fit and always begins with a prompt, so that no answer stands without its question. Thoughts are left out;
 * a turn that did not complete says so; what another agent did is told as text, since its tools are not this one's.
 */
export function toModelMessages(items: readonly TranscriptItem[], agent: AgentId, maxCharacters = MAX_CHARACTERS): ModelMessage[] {
  const groups: ModelMessage[][] = [];
  let speaker: string = agent;
  for (const item of items) {
    if (item.kind === "prompt") {
      speaker = item.agent;
      groups.push([{ role: "user", content: item.text }]);
      continue;
    }
    groups.at(-1)?.push(...toMessages(item, speaker === agent ? null : speaker));
  }
  const kept: ModelMessage[][] = [];
  let size = 0;
  for (const group of groups.toReversed()) {
    size += sizeOf(group);
    if (size > maxCharacters) break;
    kept.unshift(withAnswer(group));
  }
  return kept.flat();
}

function toMessages(item: TranscriptItem, otherAgent: string | null): ModelMessage[] {
  switch (item.kind) {
    case "text":
      return item.text.trim() === "" ? [] : [says(otherAgent ? `[${otherAgent}] ${item.text}` : item.text)];
    case "tool":
      return otherAgent ? [says(`[${otherAgent}] ${item.title} (${item.status})`)] : toToolMessages(item);
    case "turn_end":
      return item.state === "completed" ? [] : [says(`[${describeEnd(item)}]`)];
    case "prompt":
    case "thought":
    case "plan":
    case "permission":
    case "notice":
      return [];
  }
}

function toToolMessages(item: ToolItem): ModelMessage[] {
  // Ids are the journal's: unique in the chat, and plain enough for every server.
  const toolCallId = item.callId.replace(/[^A-Za-z0-9_-]/g, "_").slice(-64);
  const toolName = item.name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 64) || "tool";
  return [
    { role: "assistant", content: [{ type: "tool-call", toolCallId, toolName, input: item.input ?? {} }] },
    { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output: { type: "text", value: describeResult(item) } }] },
  ];
}

function describeResult(item: ToolItem): string {
  const { result, status } = item;
  const words = [
    result.error ? `Error: ${result.error}` : null,
    typeof result.exitCode === "number" ? `Exit code ${result.exitCode}` : null,
    result.output || null,
    result.patch || null,
    status === "cancelled" || status === "running" ? "Error: stopped before it was done" : null,
  ].filter((part) => part !== null);
  const text = words.join("\n\n") || "Done.";
  return text.length > MAX_TOOL_CHARACTERS
    ? `${text.slice(0, MAX_TOOL_CHARACTERS)}\n[${text.length - MAX_TOOL_CHARACTERS} characters left out]`
    : text;
}

function describeEnd(item: TurnEndItem): string {
  if (item.state === "cancelled") return "The person stopped this turn.";
  return `This turn did not finish: ${item.cause ?? item.state}.`;
}

/** Some models' templates insist that the roles take turns. */
const withAnswer = (group: ModelMessage[]): ModelMessage[] => (group.length > 1 ? group : [...group, says("[No answer.]")]);

const says = (text: string): AssistantModelMessage => ({ role: "assistant", content: text });
const sizeOf = (messages: readonly ModelMessage[]) => messages.reduce((sum, message) => sum + JSON.stringify(message.content).length, 0);
