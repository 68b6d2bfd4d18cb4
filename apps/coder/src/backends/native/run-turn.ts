import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { Usage } from "@boocode/shared/agents/usage";
import { decideAnswerEnd } from "@boocode/shared/models/decide-answer-end";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { AgentId } from "@boocode/shared/ids";
import type { ModelMessage, ToolModelMessage } from "ai";
import type { ConfinedFolder } from "../../platform/files/confined-folder.ts";
import type { BackendLogger, StagedView, TurnEnd } from "@boocode/shared/agents/agent-backend";
import { markModel, toCallPart, toToolName } from "./call-part.ts";
import type { CommandGuard } from "./command-guard.ts";
import type { ResolvedModel } from "./model-catalog.ts";
import type { ModelSdk } from "./model-sdk.ts";
import { PartWriter } from "./part-writer.ts";
import { streamStep, type StepEnd } from "./stream-step.ts";
import { sumUsage } from "./sum-usage.ts";
import { toModelMessages, type ToldHistory } from "./to-model-messages.ts";
import { runToolCall } from "./tools/run-tool-call.ts";
import { toEvidence, toModelFailure } from "./wire/model-failure.ts";

export interface TurnInput {
  loadSdk(): Promise<ModelSdk>;
  /** Resolves the model that answers; may ask an endpoint. Throws `ModelFailure`. */
  resolveModel(): Promise<ResolvedModel>;
  /** Reads the chat before this turn, newest last. */
  readHistory(): Promise<readonly TranscriptItem[]>;
  agent: AgentId;
  openFolder(): Promise<ConfinedFolder>;
  /** See `PromptInput`. */
  mayAct: Promise<void>;
  /** Set in review mode: the agent's edits are staged here. */
  staged: StagedView | null;
  text: string;
  wantedModel: string;
  env: Readonly<Record<string, string>>;
  /** Null in a trusted project. */
  guard: CommandGuard | null;
  /** Aborting it ends the turn as `cancelled`, with everything the turn started. */
  signal: AbortSignal;
  emit: (event: AgentEvent) => void | Promise<void>;
  stallMs: number;
  maxSteps: number;
  logger: BackendLogger;
}

/**
 * Runs the agent's loop: asks the model, shows its answer, runs the tools it calls, and repeats until it calls none.
 *
 * Never rejects: the result covers every kind of end.
 */
export async function runTurn(turn: TurnInput): Promise<TurnEnd> {
  let usage: Usage | null = null;
  let model: ResolvedModel | null = null;
  const end = (rest: Omit<TurnEnd, "usage" | "model" | "evidence"> & { evidence?: TurnEnd["evidence"] }): TurnEnd => ({
    evidence: null,
    ...rest,
    usage,
    model: model?.fullId ?? turn.wantedModel,
  });
  try {
    const preparing = Promise.all([turn.loadSdk(), turn.resolveModel(), turn.readHistory(), turn.openFolder()]);
    const [sdk, resolved, history, disk] = await unlessAborted(turn.signal, preparing);
    model = resolved;
    const mark = markModel(resolved);
    const told = toModelMessages(history, { agent: turn.agent, mark });
    const notice = describeLeftOut(told.leftOut);
    if (notice) await turn.emit({ type: "notice", level: "info", text: notice });
    const messages: ModelMessage[] = [...told.messages, { role: "user", content: turn.text }];
    const parts = new PartWriter(turn.emit);
    const usedIds = new Set<string>();
    let calls = 0;
    for (let step = 0; step < turn.maxSteps; step += 1) {
      turn.signal.throwIfAborted();
      const said = await streamStep({
        sdk,
        model: resolved,
        isInReview: turn.staged !== null,
        messages,
        signal: turn.signal,
        parts,
        stallMs: turn.stallMs,
        usedIds,
      });
      usage = sumUsage(usage, said.usage);
      if (usage) await turn.emit({ type: "usage.updated", usage });
      const next = decideAnswerEnd(toAnswerFacts(said, calls > 0));
      if (next.kind === "fail") return end({ state: "failed", cause: next.cause, evidence: { message: next.message } });
      if (next.kind === "complete") {
        if (next.isQuiet) await turn.emit({ type: "notice", level: "info", text: "The model ended its turn without an answer." });
        return end({ state: "completed", cause: null });
      }
      if (!(await unlessAborted(turn.signal, isAllowed(turn.mayAct)))) {
        const message = "No checkpoint of the worktree could be taken, so nothing was changed.";
        return end({ state: "failed", cause: "worktree_failed", evidence: { message } });
      }
      const results: string[] = [];
      for (const { name, input, extra } of said.calls) {
        calls += 1;
        const invalid = input === null ? UNREADABLE : null;
        const { staged, env, guard, signal, emit, logger } = turn;
        results.push(
          await runToolCall(
            { callId: `call-${calls}`, name, input, invalid, ...(extra ? { echo: { mark, extra } } : {}) },
            { disk, staged, env, guard, signal, emit, logger },
          ),
        );
      }
      messages.push(...toStepMessages(said, results));
    }
    const message = `The agent stopped after ${turn.maxSteps} steps without finishing. Ask it to continue if that makes sense.`;
    return end({ state: "failed", cause: "step_limit", evidence: { message } });
  } catch (error) {
    if (turn.signal.aborted) return end({ state: "cancelled", cause: "stopped_by_person" });
    const failure = toModelFailure(error);
    if (failure.taskCause === "internal") turn.logger.error({ err: error }, "A native turn failed unexpectedly");
    const secrets = model?.endpoint.apiKey ? [model.endpoint.apiKey] : [];
    return end({ state: "failed", cause: failure.taskCause, evidence: toEvidence(failure, secrets) });
  }
}

const isAllowed = (mayAct: Promise<void>) =>
  mayAct.then(
    () => true,
    () => false,
  );

const UNREADABLE = "they are cut off or not a JSON object. Nothing was run; repeat the complete call";

/** The notice in the transcript if the model is not given the whole chat; null if it is. */
function describeLeftOut({ calls, steps, turns }: ToldHistory["leftOut"]): string | null {
  const parts = [
    turns > 0 ? `${count(turns, "earlier turn")} left out` : null,
    steps > 0 ? `${count(steps, "step")} of the last turn left out` : null,
    calls > 0 ? `${count(calls, "earlier tool call")} shortened` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : `This chat is too long for one request to the model: ${parts.join(", ")}.`;
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;

/** Waits for a promise, but no longer than until the turn must end. */
async function unlessAborted<T>(signal: AbortSignal, awaited: Promise<T>): Promise<T> {
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
