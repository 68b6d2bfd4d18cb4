import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { TaskId, type PermissionId } from "@boocode/shared/ids";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { pause, type Time } from "../../platform/time.ts";
import type { AgentConversation, BackendLogger, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import { EventSubscription } from "./wire/event-subscription.ts";
import type { OpencodeEvent } from "./wire/opencode-event.ts";
import { isAskEvent } from "./turn/refuse-ask.ts";
import { isQuiet } from "./turn/list-turn.ts";
import { newMessageId } from "./wire/message-id.ts";
import type { OpencodeModel } from "./wire/opencode-client.ts";
import { OpencodeTurn } from "./turn/opencode-turn.ts";
import { OwnActivity } from "./turn/own-activity.ts";
import { readKeptTurn } from "./turn/read-kept-turn.ts";
import { messageOf } from "./turn/to-turn-signal.ts";
import type { TurnDeps } from "./turn/turn-ports.ts";
import type { ServerGeneration } from "./server/server-generation.ts";

export interface ConversationDeps {
  generation: ServerGeneration;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
  /** The session's worktree. */
  directory: string;
  silenceMs: number;
  fenceMs: number;
  /** How long opencode may take to open a folder. */
  openLimitMs: number;
  now(): number;
  /** Resolves a model name to one of opencode's models; null if opencode chooses. */
  toModel(wanted: string): Promise<OpencodeModel | null>;
  /** Resolves with the server that replaces one that died. Rejects if there will be none. */
  takeNext(): Promise<ServerGeneration>;
  /** Finds the model for warm-up turns; null if there is none, and then there are no warm-up turns. */
  findScriptedModel(): Promise<OpencodeModel | null>;
}

/** How long the next prompt waits for opencode to finish a turn that was cut off. */
const QUIET_LIMIT_MS = 3_000;
const QUIET_LOOK_MS = 100;
/** How long closing waits for opencode to confirm that its turn is aborted. */
const LAST_WORD_MS = 1_000;
/** How long a turn whose server died may wait for the next server to return its stored content. */
const SALVAGE_LIMIT_MS = 20_000;

/** Deletes a session without prompts, which would otherwise appear empty in the person's own opencode. */
async function deleteSession({ generation, directory, logger }: ConversationDeps, sessionId: string): Promise<void> {
  await generation.client
    .deleteSession({ directory, sessionId })
    .catch((error: unknown) => logger.debug({ err: error }, "An unused opencode session could not be deleted"));
}

/** One chat's opencode session on the shared server. */
export class OpencodeConversation implements AgentConversation {
  readonly agentSessionId: string;
  readonly continuity: Continuity;
  readonly closed: Promise<void>;
  readonly #deps: ConversationDeps;
  readonly #leave: () => Promise<void>;
  readonly #resolveClosed: () => void;
  readonly #subscription: EventSubscription;
  readonly #own: OwnActivity;
  #turn: OpencodeTurn | null = null;
  #title: string | null = null;
  #isRunning = false;
  #wasAsked = false;
  #isClosed = false;
  #closing: Promise<void> | null = null;
  /** True if the last turn did not end by itself; opencode may still be finishing it. */
  #isUnquiet = false;
  /** Resolves when nothing should wait any longer for the content a dead server stored. */
  readonly #hurry = Promise.withResolvers<void>();

  constructor(deps: ConversationDeps, leave: () => Promise<void>, agentSessionId: string, continuity: Continuity) {
    const closed = Promise.withResolvers<void>();
    this.agentSessionId = agentSessionId;
    this.continuity = continuity;
    this.closed = closed.promise;
    this.#resolveClosed = closed.resolve;
    this.#deps = deps;
    this.#leave = leave;
    const { generation, time, logger, directory, now } = deps;
    const opened = newMessageId(now(), { sessionId: agentSessionId, taskId: TaskId.parse("tsk_opened") });
    this.#own = new OwnActivity(this.#toTurnDeps(), opened);
    this.#subscription = new EventSubscription({
      client: generation.client,
      time,
      logger,
      directory,
      onEvent: (event) => this.#take(event),
      onAlive: () => generation.noteAlive(),
      onGap: () => (this.#turn ?? this.#own).catchUp(),
    });
    void generation.exited.then((evidence) => this.#onServerGone(evidence));
  }

  /** Subscribes to events. Call this before the first prompt, because events are not repeated. */
  async listen(): Promise<void> {
    await this.#subscription.open();
  }

  async prompt(prompt: PromptInput): Promise<TurnEnd> {
    const { generation, directory, now } = this.#deps;
    const leaveTurn = this.#enterTurn();
    const promptId = newMessageId(now(), { sessionId: this.agentSessionId, taskId: prompt.taskId });
    const turn = new OpencodeTurn(this.#toTurnDeps(), { prompt, promptId, title: this.#title });
    this.#turn = turn;
    try {
      void this.#begin(turn, prompt);
      const end = await turn.ended;
      this.#isUnquiet = end.state !== "completed";
      if (!this.#isUnquiet) generation.noteLoaded(directory);
      return end;
    } finally {
      this.#handOver(turn);
      leaveTurn();
      this.#own.remind();
    }
  }

  onUnasked(began: () => void): void {
    this.#own.onBegan(began);
  }

  async follow(input: Pick<PromptInput, "emit">): Promise<TurnEnd> {
    const leaveTurn = this.#enterTurn();
    try {
      const end = await this.#own.follow(input);
      this.#isUnquiet = end.state !== "completed";
      return end;
    } finally {
      leaveTurn();
      this.#own.remind();
    }
  }

  async cancel(): Promise<void> {
    this.#hurry.resolve();
    await (this.#turn ?? this.#own).stop();
  }

  async answerPermission(permissionId: PermissionId, optionId: string | null): Promise<void> {
    await (this.#turn ?? this.#own).answer(permissionId, optionId);
  }

  recall(taskId: TaskId): Promise<readonly AgentEvent[]> {
    const { generation, directory } = this.#deps;
    return readKeptTurn(generation.client, { directory, sessionId: this.agentSessionId }, taskId);
  }

  rssBytes(): Promise<number | null> {
    return this.#deps.generation.rssBytes();
  }

  async warmUp(): Promise<void> {
    const { generation, directory, findScriptedModel } = this.#deps;
    const model = await findScriptedModel().catch(() => null);
    if (model && !this.#isClosed && !this.#wasAsked) await generation.warmUp(directory, model);
  }

  close(): Promise<void> {
    this.#hurry.resolve();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #begin(turn: OpencodeTurn, prompt: PromptInput): Promise<void> {
    try {
      const [model] = await Promise.all([this.#deps.toModel(prompt.model), this.#subscription.ready]);
      if (this.#isUnquiet) await this.#untilQuiet();
      if (!turn.isOver) await turn.begin({ model, mode: toMode(prompt.mode) });
    } catch (error) {
      // If the server is gone, its exit is better evidence than a failed request.
      if (!this.#isClosed) turn.interrupt("agent_exit", { message: (error as Error).message });
    }
  }

  async #untilQuiet(): Promise<void> {
    const { generation, directory, time } = this.#deps;
    for (const until = time.elapsedMs() + QUIET_LIMIT_MS; time.elapsedMs() < until;) {
      if (await isQuiet(generation.client, { directory, sessionId: this.agentSessionId }).catch(() => false)) return;
      await pause(time, QUIET_LOOK_MS);
    }
  }

  /** Notes that a turn runs, until the returned function is called. */
  #enterTurn(): () => void {
    if (this.#isClosed) throw new Error("The conversation is closed");
    if (this.#isRunning) throw new Error("A turn is running in this conversation");
    this.#isRunning = true;
    this.#wasAsked = true;
    const leave = this.#deps.generation.beginTurn();
    return () => {
      this.#isRunning = false;
      leave();
    };
  }

  /** Passes an event to the running turn. What belongs to none, or to an earlier one, is the agent's own activity. */
  #take(event: OpencodeEvent): void | Promise<void> {
    if (this.#isClosed && !this.#isRunning) return;
    const turn = this.#turn;
    // Nobody would answer a request of a turn that is about to end.
    if (isAskEvent(event) && event.request.sessionID === this.agentSessionId) turn?.finish();
    if (turn?.isOver) this.#handOver(turn);
    if (this.#turn === null) return this.#own.take(event);
    const messageId = messageOf(event);
    if (messageId !== null && messageId < this.#turn.promptId) void this.#own.take(event);
    return this.#turn.take(event);
  }

  /** Lets the agent's own activity begin where a turn ended. */
  #handOver(turn: OpencodeTurn): void {
    if (this.#turn !== turn) return;
    this.#turn = null;
    this.#title = turn.title;
    this.#own.continueAfter(turn.translator, turn);
  }

  #toTurnDeps(): TurnDeps {
    const { generation } = this.#deps;
    return {
      ...this.#deps,
      client: generation.client,
      sessionId: this.agentSessionId,
      contextSizeOf: (model) => generation.contextSizeOf(model),
      onFenced: () => void this.#cutOff(),
    };
  }

  /** Handles a stop that opencode ignores: ends everything it runs in this directory, and the server as soon as no other chat needs it. */
  async #cutOff(): Promise<void> {
    const { generation, directory, logger } = this.#deps;
    logger.warn({ sessionId: this.agentSessionId }, "opencode did not stop a turn when asked and is restarted");
    await generation.disposeInstance(directory);
    generation.drain();
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    const turn = this.#turn;
    if (turn) {
      turn.interrupt("daemon_shutdown", null);
      await turn.ended;
      await Promise.race([turn.abort(), pause(this.#deps.time, LAST_WORD_MS)]);
    }
    await Promise.race([this.#own.close(), pause(this.#deps.time, LAST_WORD_MS)]);
    this.#subscription.close();
    if (!this.#wasAsked && this.continuity === "new") await deleteSession(this.#deps, this.agentSessionId);
    await this.#leave();
    this.#resolveClosed();
  }

  #onServerGone(evidence: TaskEvidence): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closing ??= this.#endWithServer(evidence);
    // Resolve after the turn's own end was reported.
    void this.#closing.then(() => this.#resolveClosed());
  }

  async #endWithServer(evidence: TaskEvidence): Promise<void> {
    await this.#subscription.drain();
    const turn = this.#turn;
    if (turn) {
      await Promise.race([this.#deps.generation.swept, this.#hurry.promise]);
      const limit = pause(this.#deps.time, SALVAGE_LIMIT_MS);
      await Promise.race([this.#salvage(turn), limit, this.#hurry.promise]);
      turn.interrupt("agent_exit", evidence);
    }
    this.#own.interrupt("agent_exit", evidence);
    await this.#leave();
  }

  /** Asks the next server for the content of a turn that opencode stored but did not report. */
  async #salvage(turn: OpencodeTurn): Promise<void> {
    try {
      const next = await this.#deps.takeNext();
      await next.lend((client) => turn.salvage(client));
    } catch (error) {
      this.#deps.logger.warn({ err: error }, "The stored content of a turn could not be read from opencode");
    }
  }
}

/** Converts a mode: `auto` is the agent's default; any other mode is the name of one of opencode's agents. */
function toMode(mode: string): string | null {
  return mode === "" || mode === "auto" ? null : mode;
}
