import type { AgentId } from "@boocode/shared/ids";
import type { ToolItem, TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import { cutMiddle, fitHistory, type FittedHistory, type PastStep, type PastTurn } from "@boocode/shared/models/fit-history";
import { cutTextStart } from "@boocode/shared/text/cut-text";
import type { ModelMessage } from "ai";
import { toCallPart, toToolName } from "./call-part.ts";
import { withoutThoughts } from "./wire/split-thoughts.ts";

/** The character limit of the whole history: about 60,000 tokens, which leaves room in the contexts of current models. */
const MAX_CHARACTERS = 240_000;
const MAX_TOOL_CHARACTERS = 8_000;

export interface Reader {
  /** The agent that reads the history. Actions of other agents are given as text. */
  agent: AgentId;
  /** The model that reads it, as marked by `markModel`. Extra content of other models is left out. */
  mark: string;
}

export interface ToldHistory {
  messages: ModelMessage[];
  leftOut: FittedHistory["leftOut"];
}

/**
 * Converts a chat into messages for a model: prompts, answers, and tool calls with their results.
 *
 * It always begins with a prompt, so that every answer has its question. `fitHistory` decides what to leave out if the chat is too long.
 * Thoughts are left out, and an unfinished turn is marked. Actions of another agent are given as text, because its tools are different.
 */
export function toModelMessages(items: readonly TranscriptItem[], reader: Reader, maxCharacters = MAX_CHARACTERS): ToldHistory {
  const turns: { prompt: string; steps: PastStep[] }[] = [];
  let speaker: string = reader.agent;
  for (const item of items) {
    if (item.kind === "prompt") {
      speaker = item.agent;
      // A turn that an agent began by itself has no prompt, but a message needs text.
      turns.push({ prompt: item.text || "(The agent began this turn by itself.)", steps: [] });
      continue;
    }
    turns.at(-1)?.steps.push(...toSteps(item, speaker === reader.agent ? null : speaker, reader.mark));
  }
  const fitted = fitHistory(turns, maxCharacters);
  return { messages: fitted.turns.flatMap(toMessages), leftOut: fitted.leftOut };
}

function toSteps(item: TranscriptItem, otherAgent: string | null, mark: string): PastStep[] {
  switch (item.kind) {
    case "text": {
      const text = withoutThoughts(item.text);
      return text === "" ? [] : [says(otherAgent ? `[${otherAgent}] ${text}` : text)];
    }
    case "tool":
      return [otherAgent ? says(`[${otherAgent}] ${item.title} (${item.status})`) : toCall(item, mark)];
    case "turn_end":
      return item.state === "completed" ? [] : [says(`[${describeEnd(item)}]`)];
    case "prompt":
    case "thought":
    case "plan":
    case "permission":
    case "notice":
    case "judgement":
      return [];
  }
}

function toCall(item: ToolItem, mark: string): PastStep {
  return {
    kind: "call",
    // Use the journal's ids, which are unique in the chat, in a form that every server accepts.
    id: cutTextStart(item.callId.replace(/[^A-Za-z0-9_-]/g, "_"), 64),
    name: toToolName(item.name),
    input: isObject(item.input) ? item.input : {},
    result: cutMiddle(describeResult(item), MAX_TOOL_CHARACTERS),
    extra: item.echo?.mark === mark && isObject(item.echo.extra) ? item.echo.extra : null,
  };
}

function describeResult({ result, status }: ToolItem): string {
  const words = [
    result.error ? `Error: ${result.error}` : null,
    typeof result.exitCode === "number" ? `Exit code ${result.exitCode}` : null,
    result.output || null,
    result.patch || null,
    status === "cancelled" || status === "running" ? "Error: stopped before it was done" : null,
  ].filter((part) => part !== null);
  return words.join("\n\n") || "Done.";
}

function describeEnd(item: TurnEndItem): string {
  if (item.state === "cancelled") return "The person stopped this turn.";
  return `This turn did not finish: ${item.cause ?? item.state}.`;
}

function toMessages({ prompt, steps }: PastTurn): ModelMessage[] {
  // Some models' templates require the roles to alternate.
  const told = steps.length > 0 ? steps : [says("[No answer.]")];
  return [{ role: "user", content: prompt }, ...told.flatMap(toStepMessages)];
}

function toStepMessages(step: PastStep): ModelMessage[] {
  if (step.kind === "text") return [{ role: "assistant", content: step.text }];
  const { id: toolCallId, name: toolName, result } = step;
  return [
    { role: "assistant", content: [toCallPart(step)] },
    { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output: { type: "text", value: result } }] },
  ];
}

const says = (text: string): PastStep => ({ kind: "text", text });
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
