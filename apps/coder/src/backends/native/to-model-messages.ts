import type { AgentId, TaskId } from "@boocode/shared/ids";
import type { NoticeItem, PlanItem, ToolItem, TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import { withHandover } from "@boocode/shared/agents/handoff/handover-frame";
import {
  cutMiddle,
  fitHistory,
  type FittedHistory,
  type PastImage,
  type PastStep,
  type PastTurn,
} from "@boocode/shared/models/fit-history";
import { cutTextStart } from "@boocode/shared/text/cut-text";
import { nameAttachments } from "@boocode/shared/attachments/given-content";
import type { ModelMessage, UserContent, UserModelMessage } from "ai";
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

/** A turn of the chat, or the summary of those before it. */
export interface ReadTurn extends PastTurn {
  /** Null for a summary. */
  taskId: TaskId | null;
}

/**
 * Converts a chat into messages for a model: prompts, answers, and tool calls with their results.
 *
 * It always begins with a prompt, so that every answer has its question. `fitHistory` decides what to leave out if the chat is too long.
 * Thoughts are left out, and an unfinished turn is marked. Actions of another agent are given as text, because its tools are different.
 */
export const toModelMessages = (items: readonly TranscriptItem[], reader: Reader, maxCharacters = MAX_CHARACTERS): ToldHistory =>
  toFittedMessages(toReadTurns(items, reader), maxCharacters);

/** Converts turns into messages, and leaves out what does not fit. */
export function toFittedMessages(turns: readonly PastTurn[], maxCharacters: number): ToldHistory {
  const fitted = fitHistory(turns, maxCharacters);
  return { messages: fitted.turns.flatMap(toMessages), leftOut: fitted.leftOut };
}

/** What a model is given of the files of earlier prompts, by the key of the prompt's item. */
export type PastFiles = ReadonlyMap<string, Pick<PastTurn, "prompt" | "images">>;

/** Reads the turns of a chat, oldest first. The reader's last summary takes the place of what it covers. */
export function toReadTurns(items: readonly TranscriptItem[], reader: Reader, files: PastFiles = new Map()): ReadTurn[] {
  const turns: (ReadTurn & { steps: PastStep[] })[] = [];
  let speaker: string = reader.agent;
  let summary: NonNullable<NoticeItem["summary"]> | null = null;
  for (const item of items) {
    if (item.kind === "prompt") {
      speaker = item.agent;
      // A turn that an agent began by itself has no prompt, but a message needs text.
      const prompt = [item.text, nameAttachments(item.attachments ?? [])].filter((part) => part !== "").join("\n\n");
      const told = files.get(item.key) ?? { prompt: prompt || "(The agent began this turn by itself.)" };
      turns.push({ ...told, taskId: item.taskId, steps: [] });
      continue;
    }
    const turn = turns.at(-1);
    if (item.kind === "skill" && turn) turn.prompt = withHandover(item.text, turn.prompt);
    if (item.kind === "notice" && item.summary !== null && speaker === reader.agent) summary = item.summary;
    turn?.steps.push(...toSteps(item, speaker === reader.agent ? null : speaker, reader.mark));
  }
  if (summary === null) return turns;
  const { text, throughTaskId } = summary;
  // If the summarised turns were too long ago to be read, all that was read came after them.
  return [toSummaryTurn(text), ...turns.slice(turns.findIndex(({ taskId }) => taskId === throughTaskId) + 1)];
}

/** The turn that stands for those a summary covers. */
export const toSummaryTurn = (text: string): ReadTurn => ({
  taskId: null,
  isSummary: true,
  prompt: `This is a summary of our conversation before, because all of it would be too long:\n\n${text}`,
  steps: [says("I have read the summary.")],
});

function toSteps(item: TranscriptItem, otherAgent: string | null, mark: string): PastStep[] {
  switch (item.kind) {
    case "text": {
      const text = withoutThoughts(item.text);
      return text === "" ? [] : [says(otherAgent ? `[${otherAgent}] ${text}` : text)];
    }
    case "tool":
      // What a sub-task did is in its answer, which is the result of the call that began it.
      if (item.parentCallId !== null) return [];
      return [otherAgent ? says(`[${otherAgent}] ${item.title} (${item.status})`) : toCall(item, mark)];
    case "plan":
      return otherAgent ? [] : [toTodo(item)];
    case "steer":
      return [{ kind: "asked", text: item.text }];
    case "turn_end":
      return item.state === "completed" ? [] : [says(`[${describeEnd(item)}]`)];
    case "prompt":
    case "thought":
    case "permission":
    case "notice":
    case "handoff":
    case "skill":
    case "judgement":
      return [];
  }
}

function toCall(item: ToolItem, mark: string): PastStep {
  return {
    kind: "call",
    id: toId(item.callId),
    name: toToolName(item.name),
    input: isObject(item.input) ? item.input : {},
    result: cutMiddle(describeResult(item), MAX_TOOL_CHARACTERS),
    extra: item.echo?.mark === mark && isObject(item.echo.extra) ? item.echo.extra : null,
  };
}

/** The list as the agent last gave it. */
function toTodo({ key, entries }: PlanItem): PastStep {
  return { kind: "call", id: toId(key), name: "todo", input: { items: entries }, result: "The list is shown.", extra: null };
}

/** Makes an id of the journal, unique in the chat, one that every server accepts. */
const toId = (id: string) => cutTextStart(id.replace(/[^A-Za-z0-9_-]/g, "_"), 64);

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

/** Builds what the person says in a message: plain text, or text and images. */
export function toUserContent(text: string, images: readonly PastImage[] = []): UserContent {
  if (images.length === 0) return text;
  const files = images.map(({ name, type, content }) => ({ type: "file" as const, data: content, mediaType: type, filename: name }));
  return [{ type: "text", text }, ...files];
}

function toMessages({ prompt, steps, images }: PastTurn): ModelMessage[] {
  // Some models' templates require the roles to alternate.
  const told = steps.some(({ kind }) => kind !== "asked") ? steps : [...steps, says("[No answer.]")];
  const messages: ModelMessage[] = [{ role: "user", content: toUserContent(prompt, images) }];
  for (const message of told.flatMap(toStepMessages)) {
    const last = messages.at(-1);
    if (last?.role === "user" && message.role === "user") messages[messages.length - 1] = addText(last, toText(message));
    else messages.push(message);
  }
  return messages;
}

function toStepMessages(step: PastStep): ModelMessage[] {
  if (step.kind === "text") return [{ role: "assistant", content: step.text }];
  if (step.kind === "asked") return [{ role: "user", content: step.text }];
  const { id: toolCallId, name: toolName, result } = step;
  return [
    { role: "assistant", content: [toCallPart(step)] },
    { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output: { type: "text", value: result } }] },
  ];
}

/** Adds words to what the person says in a message. */
export const addText = ({ content }: UserModelMessage, text: string): UserModelMessage => ({
  role: "user",
  content: typeof content === "string" ? `${content}\n\n${text}` : [...content, { type: "text", text }],
});

const toText = ({ content }: ModelMessage): string => (typeof content === "string" ? content : "");
const says = (text: string): PastStep => ({ kind: "text", text });
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
