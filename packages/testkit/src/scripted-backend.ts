import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AgentBackend, AgentConversation, OpenAgentInput, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { AgentModel, BackendKind } from "@boocode/shared/agents/agent";
import { type AttachmentTakes, TAKES_WORDS } from "@boocode/shared/attachments/attachment";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { PermissionId } from "@boocode/shared/ids";
import type { Barrier } from "./barrier.ts";

/** One step of a scripted agent. Steps run in order, each after the previous one. */
export type ScriptStep =
  | { do: "emit"; event: AgentEvent }
  /** Streams text as one delta per word with correct offsets. `partId` continues an earlier part. */
  | { do: "say"; text: string; partId?: string; kind?: "text" | "thought" }
  /** Waits at a barrier until it is open or the turn is asked to end. */
  | { do: "wait"; barrier: Barrier }
  /** Requests permission and waits for the answer or a stop, then runs the steps `then` has for it. */
  | {
      do: "ask";
      request: Omit<Extract<AgentEvent, { type: "permission.requested" }>, "type">;
      then?: (optionId: string | null) => readonly ScriptStep[];
    }
  /** Writes a file in the worktree once the turn may act, creating its folders. Emits no event. */
  | { do: "write"; path: string; text: string }
  /** Takes words of the person that are waiting, or waits for some, and repeats each as text. */
  | { do: "take" }
  /** Settles the turn. Later steps still run, late, as a misbehaving agent's would; a second end changes nothing. */
  | { do: "end"; end?: Partial<TurnEnd> }
  /** Rejects the turn's promise, which no backend should do. */
  | { do: "throw"; error: Error }
  /** Simulates the death of the process: the turn fails with `agent_exit` and the conversation closes. */
  | { do: "die"; signal?: string }
  /** Waits forever for a cancel or close. */
  | { do: "never" };

export interface TurnScript {
  steps: readonly ScriptStep[];
  /** Ignores cancels: only `close` ends the turn. */
  ignoresCancel?: boolean;
}

export interface ScriptedBackendOptions {
  /** The script of one prompt. `turn` counts from 0 within the conversation. Without an `end`, the turn completes after its last step. */
  script: (prompt: PromptInput, turn: number, opened: OpenAgentInput) => TurnScript | readonly ScriptStep[];
  kind?: BackendKind;
  /** Default: false. */
  waitsToAct?: boolean;
  /** Takes words during a turn, with the step `take`. Default: false. `refuses`: takes them, and says in the end that it did not. */
  steers?: boolean | "refuses";
  models?: readonly AgentModel[];
  /** The agent's own id of a context; null if it keeps none. */
  agentSessionId?: (opened: OpenAgentInput) => string | null;
  continuity?: Continuity;
  /** What it takes besides words. Default: only words. */
  takes?: AttachmentTakes;
  /** Makes `open` reject. */
  openError?: () => Error | null;
}

/** An {@link AgentBackend} that follows a script, without timers, processes or network. */
export class ScriptedBackend implements AgentBackend {
  readonly kind: BackendKind;
  readonly waitsToAct: boolean;
  /** All conversations in the order they were opened, with their inputs. */
  readonly conversations: ScriptedConversation[] = [];
  readonly #options: ScriptedBackendOptions;

  constructor(options: ScriptedBackendOptions) {
    this.#options = options;
    this.kind = options.kind ?? "native";
    this.waitsToAct = options.waitsToAct ?? false;
  }

  /** All prompts of all conversations, in order of arrival within each. */
  get prompts(): readonly PromptInput[] {
    return this.conversations.flatMap((conversation) => conversation.prompts);
  }

  async open(input: OpenAgentInput): Promise<AgentConversation> {
    const error = this.#options.openError?.() ?? null;
    if (error) throw error;
    const conversation = new ScriptedConversation(this.#options, input);
    this.conversations.push(conversation);
    return conversation;
  }

  async listModels(): Promise<readonly AgentModel[]> {
    return this.#options.models ?? [{ id: "scripted", label: "Scripted", isScripted: true }];
  }

  async close(): Promise<void> {
    await Promise.all(this.conversations.map((conversation) => conversation.close()));
  }
}

interface RunningTurn {
  /** Fulfils when the turn has settled, however it ended. */
  settled: Promise<unknown>;
  settle(end: Partial<TurnEnd>): void;
  /** Resolves on a close, or on a cancel that the script does not ignore. */
  stopped: Promise<void>;
  stop(): void;
  isStopped: boolean;
  ignoresCancel: boolean;
}

/** A scripted agent's context for one chat. */
export class ScriptedConversation implements AgentConversation {
  readonly opened: OpenAgentInput;
  readonly agentSessionId: string | null;
  readonly continuity: Continuity;
  readonly closed: Promise<void>;
  readonly prompts: PromptInput[] = [];
  /** The answers it received to permission requests, in order, including those for requests it never made. */
  readonly answers: { permissionId: PermissionId; optionId: string | null }[] = [];
  /** Present if the script says that words are taken. */
  steer?: NonNullable<AgentConversation["steer"]>;
  readonly #words: { take: () => Promise<string | null>; resolve: (isGiven: boolean) => void }[] = [];
  #wordsCame = Promise.withResolvers<void>();
  cancelCount = 0;
  isClosed = false;
  readonly #options: ScriptedBackendOptions;
  readonly #resolveClosed: () => void;
  readonly #lengths = new Map<string, number>();
  readonly #asked = new Map<PermissionId, (optionId: string | null) => void>();
  #running: RunningTurn | null = null;

  constructor(options: ScriptedBackendOptions, opened: OpenAgentInput) {
    const closed = Promise.withResolvers<void>();
    this.opened = opened;
    this.closed = closed.promise;
    this.#resolveClosed = closed.resolve;
    this.#options = options;
    this.agentSessionId = options.agentSessionId?.(opened) ?? null;
    this.continuity = options.continuity ?? "new";
    if (options.steers) this.steer = (_text, take) => this.#addWords(take);
  }

  takes(): AttachmentTakes {
    return this.#options.takes ?? TAKES_WORDS;
  }

  async prompt(input: PromptInput): Promise<TurnEnd> {
    if (this.isClosed) throw new Error("The conversation is closed");
    if (this.#running) throw new Error("A turn is running");
    const said = this.#options.script(input, this.prompts.length, this.opened);
    this.prompts.push(input);
    this.#lengths.clear();
    const script: TurnScript = "steps" in said ? said : { steps: said };
    const settled = Promise.withResolvers<TurnEnd>();
    const stopped = Promise.withResolvers<void>();
    const turn: RunningTurn = {
      settled: settled.promise.catch(() => {}),
      settle: (end) => {
        if (this.#running === turn) this.#running = null;
        for (const { resolve } of this.#words.splice(0)) resolve(false);
        settled.resolve({ state: "completed", cause: null, evidence: null, usage: null, model: input.model || "scripted", ...end });
      },
      stopped: stopped.promise,
      stop: () => {
        turn.isStopped = true;
        stopped.resolve();
      },
      isStopped: false,
      ignoresCancel: script.ignoresCancel ?? false,
    };
    this.#running = turn;
    this.#play(script.steps, input, turn).catch((error: unknown) => {
      if (this.#running === turn) this.#running = null;
      settled.reject(error);
    });
    return await settled.promise;
  }

  async cancel(): Promise<void> {
    this.cancelCount += 1;
    const turn = this.#running;
    if (!turn || turn.ignoresCancel) return;
    turn.settle({ state: "cancelled", cause: "stopped_by_person" });
    turn.stop();
  }

  async answerPermission(permissionId: PermissionId, optionId: string | null): Promise<void> {
    this.answers.push({ permissionId, optionId });
    this.#asked.get(permissionId)?.(optionId);
    this.#asked.delete(permissionId);
  }

  async close(): Promise<void> {
    const turn = this.#running;
    this.isClosed = true;
    turn?.settle({ state: "interrupted", cause: "daemon_shutdown" });
    turn?.stop();
    await turn?.settled;
    this.#resolveClosed();
  }

  async #play(steps: readonly ScriptStep[], input: PromptInput, turn: RunningTurn): Promise<void> {
    await this.#carryOut(steps, input, turn, "part");
    if (!turn.isStopped) turn.settle({});
  }

  async #carryOut(steps: readonly ScriptStep[], input: PromptInput, turn: RunningTurn, place: string): Promise<void> {
    for (const [index, step] of steps.entries()) {
      if (turn.isStopped) return;
      if (step.do === "emit") void input.emit(step.event);
      if (step.do === "say") this.#say(step, `${place}-${index}`, input);
      if (step.do === "ask") await this.#carryOut(await this.#ask(step, input, turn), input, turn, `${place}-${index}`);
      if (step.do === "wait") await Promise.race([step.barrier.pass(), turn.stopped]);
      if (step.do === "never") await turn.stopped;
      if (step.do === "take") await Promise.race([this.#takeWords(`${place}-${index}`, input), turn.stopped]);
      if (step.do === "write") {
        await input.mayAct;
        await this.#write(step.path, step.text);
      }
      if (step.do === "end") turn.settle(step.end ?? {});
      if (step.do === "throw") throw step.error;
      if (step.do === "die") {
        this.isClosed = true;
        turn.settle({ state: "failed", cause: "agent_exit", evidence: { signal: step.signal ?? "SIGKILL" } });
        turn.stop();
        this.#resolveClosed();
      }
    }
  }

  async #ask(step: Extract<ScriptStep, { do: "ask" }>, input: PromptInput, turn: RunningTurn): Promise<readonly ScriptStep[]> {
    const answered = Promise.withResolvers<string | null>();
    this.#asked.set(step.request.permissionId, answered.resolve);
    void input.emit({ type: "permission.requested", ...step.request });
    return Promise.race([answered.promise.then((optionId) => step.then?.(optionId) ?? []), turn.stopped.then(() => [])]);
  }

  #addWords(take: () => Promise<string | null>): Promise<boolean> {
    if (!this.#running) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#words.push({ take, resolve });
    this.#wordsCame.resolve();
    return promise;
  }

  async #takeWords(place: string, input: PromptInput): Promise<void> {
    if (this.#words.length === 0) await this.#wordsCame.promise;
    this.#wordsCame = Promise.withResolvers();
    for (const [index, { take, resolve }] of this.#words.splice(0).entries()) {
      const text = await take();
      if (text !== null) this.#say({ do: "say", text: `took ${text}` }, `${place}-${index}`, input);
      resolve(text !== null && this.#options.steers !== "refuses");
    }
  }

  #say(step: Extract<ScriptStep, { do: "say" }>, place: string, input: PromptInput): void {
    const partId = step.partId ?? place;
    for (const text of step.text.match(/\S+\s*|\s+/g) ?? []) {
      const offset = this.#lengths.get(partId) ?? 0;
      this.#lengths.set(partId, offset + text.length);
      void input.emit({ type: step.kind === "thought" ? "thought.delta" : "text.delta", partId, offset, text });
    }
  }

  async #write(path: string, text: string): Promise<void> {
    const file = join(this.opened.worktreePath, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
