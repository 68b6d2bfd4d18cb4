import type { AgentId } from "@boocode/shared/ids";
import type { ToolItem, TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import { cutMiddle, fitHistory, type FittedHistory, type PastStep, type PastTurn } from "@boocode/shared/models/fit-history";
import { cutTextStart } from "@boocode/shared/text/cut-text";
import type { ModelMessage } from "ai";
import { toCallPart, toToolName } from "./call-part.ts";
import { withoutThoughts } from "./wire/split-thoughts.ts";

/** Characters of the whole history: some 60,000 tokens, which leaves room in the contexts of today's models. */
const MAX_CHARACTERS = 240_000;
const MAX_TOOL_CHARACTERS = 8_000;

export interface Reader {
  /** Whose chat it is: what another agent did is told as text. */
  agent: AgentId;
  /** The model that reads it, as `markModel` has it: what belongs to another one is left out. */
  mark: string;
}

export interface ToldHistory {
  messages: ModelMessage[];
  leftOut: FittedHistory["leftOut"];
}

/**
 * Turns what was said in a chat into the messages a model is given: prompts, answers, and tool calls with their results.
 *
 * Always begins with a prompt, so that no answer stands without its question; what does not fit is left out as `fitHistory` decides.
 * Thoughts are left out; a turn that did not complete says so; what another agent did is told as text, since its tools are not this one's.
 */
export function toModelMessages(items: readonly TranscriptItem[], reader: Reader, maxCharacters = MAX_CHARACTERS): ToldHistory {
  const turns: { prompt: string; steps: PastStep[] }[] = [];
  let speaker: string = reader.agent;
  for (const item of items) {
    if (item.kind === "prompt") {
      speaker = item.agent;
      // An agent that goes on by itself was asked nothing; a message needs words.
      turns.push({ prompt: item.text || "(Nobody asked for what follows.)", steps: [] });
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
      return [];
  }
}

function toCall(item: ToolItem, mark: string): PastStep {
  return {
    kind: "call",
    // Ids are the journal's: unique in the chat, and plain enough for every server.
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
  // Some models' templates insist that the roles take turns.
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
