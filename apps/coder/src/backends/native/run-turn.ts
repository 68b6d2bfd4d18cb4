import type { AttachmentTakes } from "@boocode/shared/attachments/attachment";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { Usage } from "@boocode/shared/agents/usage";
import { SUB_TASK_LIMITS } from "@boocode/shared/models/decide-loop-step";
import { type PastImage, sizeOfTurn } from "@boocode/shared/models/fit-history";
import { toContextChars } from "@boocode/shared/models/decide-summary";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { AgentId } from "@boocode/shared/ids";
import type { BackendLogger, TurnEnd } from "@boocode/shared/agents/agent-backend";
import { markModel } from "./call-part.ts";
import { readPastFiles, type ReadBlob } from "./past-files.ts";
import { Guides, type GuidesPorts } from "./guides.ts";
import type { ResolvedModel } from "./model-catalog.ts";
import type { ModelSdk } from "./model-sdk.ts";
import { PartWriter } from "./part-writer.ts";
import { runLoop, unlessAborted } from "./run-loop.ts";
import { runSubTask } from "./run-sub-task.ts";
import { sumSubTaskUsage, sumUsage } from "./sum-usage.ts";
import { tellHistory } from "./tell-history.ts";
import { type ToldHistory, toReadTurns, toUserContent } from "./to-model-messages.ts";
import type { TurnActions } from "./tools/tool.ts";
import { TOOLBOXES } from "./tools/toolbox.ts";
import type { ToolPlace } from "./tools/folder/tool-place.ts";
import { toEvidence, toModelFailure } from "./wire/model-failure.ts";

export interface TurnInput {
  loadSdk(): Promise<ModelSdk>;
  /** Resolves the model that answers; may ask an endpoint. Throws `ModelFailure`. */
  resolveModel(): Promise<ResolvedModel>;
  /** Returns the model's context size in tokens; null if it is not known. Bounded in time; never rejects. */
  contextSizeOf(model: ResolvedModel): Promise<number | null>;
  /** Reads the chat before this turn, newest last. */
  readHistory(): Promise<readonly TranscriptItem[]>;
  agent: AgentId;
  /** Opens the place where the tools work, which depends on the mode. */
  openPlace(): Promise<ToolPlace>;
  /** See `PromptInput`. */
  mayAct: Promise<void>;
  /** Whether the project's `AGENTS.md` is read: only in a trusted project. */
  readsGuides: boolean;
  text: string;
  /** Images that the prompt carries. */
  images: readonly PastImage[];
  /** Returns what a model takes besides words. */
  takesOf(model: ResolvedModel): AttachmentTakes;
  readBlob: ReadBlob;
  /** Called when a model was found to take no images. */
  onImagesRefused(model: ResolvedModel): void;
  wantedModel: string;
  /** Aborting it ends the turn as `cancelled`, with everything the turn started. */
  signal: AbortSignal;
  emit: (event: AgentEvent) => void | Promise<void>;
  /** Returns what the person said since the last request to the model. */
  takeWords(): Promise<readonly string[]>;
  stallMs: number;
  maxSteps: number;
  logger: BackendLogger;
}

const SHORT_CHAT_CHARS = 8_000;

/**
 * Runs the agent's loop: asks the model, shows its answer, runs the tools it calls, and repeats until it calls none.
 *
 * Never rejects: the result covers every kind of end.
 */
export async function runTurn(turn: TurnInput): Promise<TurnEnd> {
  let usage: Usage | null = null;
  let model: ResolvedModel | null = null;
  let contextSize: number | null = null;
  const end = (rest: Omit<TurnEnd, "usage" | "model" | "evidence"> & { evidence?: TurnEnd["evidence"] }): TurnEnd => ({
    evidence: null,
    ...rest,
    usage,
    model: model?.fullId ?? turn.wantedModel,
  });
  try {
    const preparing = Promise.all([turn.loadSdk(), turn.resolveModel(), turn.readHistory(), turn.openPlace()]);
    const [sdk, resolved, history, place] = await unlessAborted(turn.signal, preparing);
    model = resolved;
    const toolbox = TOOLBOXES[place.mode];
    const { emit, mayAct, signal, stallMs, maxSteps, logger } = turn;
    let calls = 0;
    let subTaskSteps = 0;
    const noteUsage = async (next: Usage | null) => {
      usage = next && { ...next, contextSize: contextSize ?? next.contextSize };
      if (usage) await emit({ type: "usage.updated", usage });
    };
    const files = await readPastFiles(history, turn.takesOf(resolved), turn.readBlob);
    const turns = toReadTurns(history, { agent: turn.agent, mark: markModel(resolved) }, files);
    const sizing = turn.contextSizeOf(resolved).then((size) => (contextSize = size));
    const historyChars = turns.reduce((sum, one) => sum + sizeOfTurn(one), 0);
    // A short chat with a short guide fits any model, so its first request does not wait for the answer.
    const contextFor = async (guideBytes: number) => {
      if (historyChars + guideBytes > SHORT_CHAT_CHARS) await unlessAborted(signal, sizing).catch(() => {});
      return contextSize;
    };
    const openGuides = toGuidesOpener(turn, place, history, contextFor);
    const guides = openGuides();
    const guide = (await guides?.readRoot()) ?? "";
    await contextFor(guide.length);
    signal.throwIfAborted();
    const maxChars = Math.max(0, toContextChars(contextSize).history - guide.length);
    const onUsage = (step: Record<string, unknown> | null) => noteUsage(sumUsage(usage, step));
    const told = await tellHistory({ turns, maxChars, sdk, model: resolved, emit, onUsage, signal, stallMs, logger });
    const notice = describeLeftOut(told.leftOut);
    if (notice) await emit({ type: "notice", level: "info", text: notice });
    const shared = {
      sdk,
      model: resolved,
      place,
      maxContextChars: () => toContextChars(contextSize).all - guide.length,
      emit,
      mayAct,
      signal,
      stallMs,
      logger,
      onImagesRefused: () => turn.onImagesRefused(resolved),
      nextCallId: () => `call-${(calls += 1)}`,
    };
    const actions: TurnActions = {
      showPlan: (entries) => emit({ type: "plan.updated", entries }),
      runSubTask: async (callId, prompt) => {
        const onSubUsage = (step: Record<string, unknown> | null) => {
          subTaskSteps += 1;
          return noteUsage(sumSubTaskUsage(usage, step));
        };
        const own = openGuides();
        const read = (await own?.readRoot()) ?? "";
        const stepsLeft = SUB_TASK_LIMITS.maxStepsOfTurn - subTaskSteps;
        return runSubTask({ turn: { ...shared, onUsage: onSubUsage, guides: own }, guide: read, callId, prompt, stepsLeft });
      },
    };
    const ended = await runLoop({
      ...shared,
      toolbox,
      instructions: toolbox.instructions + guide,
      messages: [...told.messages, { role: "user", content: toUserContent(turn.text, turn.images) }],
      parts: new PartWriter(emit),
      onUsage,
      limits: { maxSteps, maxChars: null, answersAtLimit: false },
      guides,
      turn: actions,
      takeWords: () => turn.takeWords(),
    });
    if (ended.kind === "failed") return end({ state: "failed", cause: ended.cause, evidence: { message: ended.message } });
    if (ended.kind === "answered") {
      if (ended.isQuiet) await emit({ type: "notice", level: "info", text: "The model ended its turn without an answer." });
      return end({ state: "completed", cause: null });
    }
    const message = `The agent stopped after ${maxSteps} steps without finishing. Ask it to continue if that makes sense.`;
    return end({ state: "failed", cause: "step_limit", evidence: { message } });
  } catch (error) {
    if (turn.signal.aborted) return end({ state: "cancelled", cause: "stopped_by_person" });
    const failure = toModelFailure(error);
    if (failure.taskCause === "internal") turn.logger.error({ err: error }, "A native turn failed unexpectedly");
    const secrets = model?.endpoint.apiKey ? [model.endpoint.apiKey] : [];
    return end({ state: "failed", cause: failure.taskCause, evidence: toEvidence(failure, secrets) });
  }
}

/** Opens the project's guides for one context of the model. The transcript names each file once in a chat. */
function toGuidesOpener(
  turn: TurnInput,
  place: ToolPlace,
  history: readonly TranscriptItem[],
  contextFor: GuidesPorts["contextFor"],
): () => Guides | null {
  if (!turn.readsGuides) return () => null;
  const known = new Set(history.flatMap((item) => (item.kind === "notice" ? [item.text] : [])));
  const onRead = (path: string, isWhole: boolean) => {
    const text = isWhole ? `Read ${path}` : `Read the beginning of ${path}. The rest is too long to be given to the model.`;
    if (known.has(text)) return;
    known.add(text);
    return turn.emit({ type: "notice", level: "info", text });
  };
  return () => new Guides(place, { onRead, contextFor });
}

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
