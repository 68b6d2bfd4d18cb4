import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import { decideAnswerEnd } from "@boocode/shared/models/decide-answer-end";
import { decideLoopStep, type LoopLimits } from "@boocode/shared/models/decide-loop-step";
import type { TaskCause } from "@boocode/shared/tasks/task";
import type { ModelMessage, ToolModelMessage } from "ai";
import { markModel, toCallPart, toToolName } from "./call-part.ts";
import { askWithImages } from "./ask-with-images.ts";
import type { Guides } from "./guides.ts";
import type { ResolvedModel } from "./model-catalog.ts";
import type { ModelSdk } from "./model-sdk.ts";
import type { PartWriter } from "./part-writer.ts";
import type { StepEnd } from "./stream-step.ts";
import { addText } from "./to-model-messages.ts";
import { shortenResults } from "./shorten-results.ts";
import { runToolCall } from "./tools/run-tool-call.ts";
import type { TurnActions } from "./tools/tool.ts";
import type { Toolbox } from "./tools/toolbox.ts";
import type { ToolPlace } from "./tools/folder/tool-place.ts";

export interface LoopInput {
  sdk: ModelSdk;
  model: ResolvedModel;
  toolbox: Toolbox;
  /** What the model is told in front of the messages. */
  instructions: string;
  /** What the model is given. The loop adds answers and results. */
  messages: ModelMessage[];
  place: ToolPlace;
  /** How much a request may hold, in UTF-16 units, before the turn's older tool results are shortened. */
  maxContextChars(): number;
  parts: PartWriter;
  emit: (event: AgentEvent) => void | Promise<void>;
  /** See `PromptInput`. */
  mayAct: Promise<void>;
  /** Returns an id that is unique within the turn. */
  nextCallId(): string;
  /** Called with the usage of each request, as the endpoint sent it. */
  onUsage(usage: Record<string, unknown> | null): void | Promise<void>;
  signal: AbortSignal;
  stallMs: number;
  limits: LoopLimits;
  logger: BackendLogger;
  /** Null in an untrusted project. */
  guides: Guides | null;
  /** Null in a sub-task. */
  turn: TurnActions | null;
  /** Called when the model has answered without images after it had refused them. */
  onImagesRefused(): void;
  /** Returns what the person said since the last request. Absent in a sub-task. */
  takeWords?(): Promise<readonly string[]>;
}

export type LoopEnd =
  /** `isQuiet`: the last answer is empty, after tools have run. */
  | { kind: "answered"; text: string; isQuiet: boolean }
  | { kind: "failed"; cause: TaskCause; message: string }
  /** `text`: what the model said last. */
  | { kind: "out_of_steps"; text: string };

/** Asks the model, shows its answer, runs the tools it calls, and repeats until it calls none. Throws `ModelFailure`, or the abort's reason. */
export async function runLoop(loop: LoopInput): Promise<LoopEnd> {
  const { model, messages, signal } = loop;
  const mark = markModel(model);
  const usedIds = new Set<string>();
  let hasActed = false;
  let isAsked = false;
  let isShortened = false;
  let chars = 0;
  let text = "";
  const takeWords = async () => (await loop.takeWords?.()) ?? [];
  for (let steps = 0; ; steps += 1) {
    signal.throwIfAborted();
    const decision = decideLoopStep({ steps, chars, isAsked }, loop.limits);
    if (decision === "stop") return { kind: "out_of_steps", text };
    isAsked = decision === "answer";
    if (isAsked) messages.push({ role: "user", content: ANSWER_NOW });
    else addWords(messages, await takeWords());
    if (shortenResults(messages, loop.maxContextChars()) && !isShortened) {
      isShortened = true;
      await loop.emit({
        type: "notice",
        level: "info",
        text: "This turn is too long for one request to the model: older tool results are shortened.",
      });
    }
    const said = await askWithImages({ ...loop, usedIds, mayCallTools: !isAsked }, loop);
    text = said.text;
    await loop.onUsage(said.usage);
    const next = decideAnswerEnd(toAnswerFacts(said, hasActed));
    if (next.kind === "fail") return { kind: "failed", cause: next.cause, message: next.message };
    if (next.kind === "complete") {
      const words = isAsked ? [] : await takeWords();
      if (words.length === 0) return { kind: "answered", text, isQuiet: next.isQuiet };
      if (text !== "") messages.push({ role: "assistant", content: text });
      addWords(messages, words);
      continue;
    }
    if (isAsked) return { kind: "out_of_steps", text };
    // In plan mode there is nothing that a checkpoint would have to come before.
    if (loop.place.mode !== "plan" && !(await unlessAborted(signal, isAllowed(loop.mayAct)))) {
      const message = "No checkpoint of the worktree could be taken, so nothing was changed.";
      return { kind: "failed", cause: "worktree_failed", message };
    }
    const results: string[] = [];
    for (const { name, input, extra } of said.calls) {
      hasActed = true;
      const call = { callId: loop.nextCallId(), name, input, invalid: input === null ? UNREADABLE : null };
      results.push(await runToolCall({ ...call, ...(extra ? { echo: { mark, extra } } : {}) }, loop));
    }
    messages.push(...toStepMessages(said, results));
    chars += text.length + results.reduce((sum, result) => sum + result.length, 0);
  }
}

/** Adds what the person said in the middle of the turn. Some models' templates require the roles to alternate. */
function addWords(messages: ModelMessage[], words: readonly string[]): void {
  for (const text of words) {
    const last = messages.at(-1);
    if (last?.role === "user") messages[messages.length - 1] = addText(last, text);
    else messages.push({ role: "user", content: text });
  }
}

const ANSWER_NOW =
  "There is no room for more steps: no tool is available any more. Answer now with what you have, and say what is missing.";

const isAllowed = (mayAct: Promise<void>) =>
  mayAct.then(
    () => true,
    () => false,
  );

const UNREADABLE = "they are cut off or not a JSON object. Nothing was run; repeat the complete call";

/** Waits for a promise, but no longer than until the turn must end. */
export async function unlessAborted<T>(signal: AbortSignal, awaited: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([awaited, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

const toAnswerFacts = ({ finish, text, hasThought, calls }: StepEnd, hasActed: boolean) => {
  const brokenCalls = calls.filter(({ input }) => input === null).length;
  return { finish, hasText: text !== "", hasThought, calls: calls.length - brokenCalls, brokenCalls, hasActed };
};

/** Formats the model's answer and its tool results for the next request. */
function toStepMessages(said: StepEnd, results: readonly string[]): ModelMessage[] {
  const toolResults: ToolModelMessage["content"] = said.calls.map(({ id, name }, index) => ({
    type: "tool-result",
    toolCallId: id,
    toolName: toToolName(name),
    output: { type: "text", value: results[index] as string },
  }));
  return [
    {
      role: "assistant",
      content: [
        ...(said.text ? [{ type: "text" as const, text: said.text }] : []),
        ...said.calls.map((call) => toCallPart({ ...call, input: call.input ?? {} })),
      ],
    },
    { role: "tool", content: toolResults },
  ];
}
