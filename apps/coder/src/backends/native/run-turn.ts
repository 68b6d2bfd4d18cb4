import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { Usage } from "@boocode/shared/agents/usage";
import type { ModelMessage, ToolModelMessage } from "ai";
import type { ConfinedFolder } from "../../platform/files/confined-folder.ts";
import type { BackendLogger, TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { ResolvedModel } from "./model-catalog.ts";
import { toEvidence, toModelFailure } from "./model-failure.ts";
import type { ModelSdk } from "./model-sdk.ts";
import { PartWriter } from "./part-writer.ts";
import { streamStep, type RequestedCall, type StepEnd } from "./stream-step.ts";
import { sumUsage } from "./sum-usage.ts";
import { runToolCall } from "./tools/run-tool-call.ts";

export interface TurnInput {
  loadSdk(): Promise<ModelSdk>;
  /** Which model answers; may ask an endpoint. Throws `ModelFailure`. */
  resolveModel(): Promise<ResolvedModel>;
  /** What was said before this turn. */
  readHistory(): Promise<ModelMessage[]>;
  openFolder(): Promise<ConfinedFolder>;
  text: string;
  wantedModel: string;
  env: Readonly<Record<string, string>>;
  /** Aborting it ends the turn as `cancelled`, and what it started with it. */
  signal: AbortSignal;
  emit: (event: AgentEvent) => void | Promise<void>;
  stallMs: number;
  maxSteps: number;
  logger: BackendLogger;
}

/**
 * The agent's loop: ask the model, show its answer, carry out the tools it calls, ask again, until it calls none.
 *
 * Never rejects: every way to end is in the answer.
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
    const [sdk, resolved, history, folder] = await unlessAborted(turn.signal, preparing);
    model = resolved;
    const messages: ModelMessage[] = [...history, { role: "user", content: turn.text }];
    const parts = new PartWriter(turn.emit);
    let calls = 0;
    for (let step = 0; step < turn.maxSteps; step += 1) {
      turn.signal.throwIfAborted();
      const said = await streamStep({ sdk, model: resolved, messages, signal: turn.signal, parts, stallMs: turn.stallMs });
      usage = sumUsage(usage, said.usage);
      if (usage) await turn.emit({ type: "usage.updated", usage });
      if (said.calls.length === 0) return end({ state: "completed", cause: null });
      const results: string[] = [];
      for (const { name, input, invalid } of said.calls) {
        calls += 1;
        const { env, signal, emit, logger } = turn;
        results.push(await runToolCall({ callId: `call-${calls}`, name, input, invalid }, { folder, env, signal, emit, logger }));
      }
      messages.push(...toStepMessages(said, results));
    }
    const message = `The agent stopped after ${turn.maxSteps} steps without being done. Ask it to go on if that makes sense.`;
    return end({ state: "failed", cause: "step_limit", evidence: { message } });
  } catch (error) {
    if (turn.signal.aborted) return end({ state: "cancelled", cause: "stopped_by_person" });
    const failure = toModelFailure(error);
    if (failure.taskCause === "internal") turn.logger.error({ err: error }, "A native turn failed unexpectedly");
    const secrets = model?.endpoint.apiKey ? [model.endpoint.apiKey] : [];
    return end({ state: "failed", cause: failure.taskCause, evidence: toEvidence(failure, secrets) });
  }
}

/** Waits for something, but no longer than until the turn is to end. */
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

/** What the model said and what came of its calls, for its next request. */
function toStepMessages(said: StepEnd, results: readonly string[]): ModelMessage[] {
  const toolResults: ToolModelMessage["content"] = said.calls.map(({ id, name }, index) => ({
    type: "tool-result",
    toolCallId: id,
    toolName: name,
    output: { type: "text", value: results[index] as string },
  }));
  return [
    {
      role: "assistant",
      content: [
        ...(said.text ? [{ type: "text" as const, text: said.text }] : []),
        ...said.calls.map((call) => ({ type: "tool-call" as const, toolCallId: call.id, toolName: call.name, input: toInput(call) })),
      ],
    },
    { role: "tool", content: toolResults },
  ];
}

/** Servers parse the arguments they are sent back: those that were no JSON go back as an empty object. */
const toInput = (call: RequestedCall): unknown => (call.invalid !== null && typeof call.input === "string" ? {} : (call.input ?? {}));
