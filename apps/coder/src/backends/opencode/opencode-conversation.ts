import { toMode } from "./turn/to-mode.ts";
import type { AttachmentTakes } from "@boocode/shared/attachments/attachment";
import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { TaskId, type PermissionId } from "@boocode/shared/ids";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { pause } from "../../platform/time.ts";
import type { AgentConversation, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { ConversationDeps } from "./conversation-deps.ts";
import type { FolderChat } from "./folder/loaded-folders.ts";
import { deleteSession } from "./delete-session.ts";
import { SessionCommands } from "./session-commands.ts";
import { EventSubscription } from "./wire/event-subscription.ts";
import type { OpencodeEvent } from "./wire/opencode-event.ts";
import { isAskEvent } from "./turn/refuse-ask.ts";
import { untilQuiet } from "./turn/list-turn.ts";
import { newMessageId } from "./wire/message-id.ts";
import { OpencodeTurn } from "./turn/opencode-turn.ts";
import { OwnActivity } from "./turn/own-activity.ts";
import { readKeptTurn, salvageTurn } from "./turn/read-kept-turn.ts";
import { messageOf } from "./turn/to-turn-signal.ts";
import { ModelRemoved, type TurnDeps } from "./turn/turn-ports.ts";

/** How long closing waits for opencode to confirm that its turn is aborted. */
const LAST_WORD_MS = 1_000;
/** How long a turn whose server died may wait for the next server to return its stored content. */
const SALVAGE_LIMIT_MS = 20_000;

/** One chat's opencode session on the shared server. */
export class OpencodeConversation implements AgentConversation {
  readonly agentSessionId: string;
  readonly continuity: Continuity;
  readonly closed: Promise<void>;
  readonly #deps: ConversationDeps;
  readonly #chat: FolderChat;
  readonly #leave: () => Promise<void>;
  readonly #resolveClosed: () => void;
  readonly #subscription: EventSubscription;
  readonly #own: OwnActivity;
  readonly #commands: SessionCommands;
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

  constructor(
    deps: ConversationDeps,
    { chat, leave }: { chat: FolderChat; leave: () => Promise<void> },
    agentSessionId: string,
    continuity: Continuity,
  ) {
    const closed = Promise.withResolvers<void>();
    this.agentSessionId = agentSessionId;
    this.continuity = continuity;
    this.closed = closed.promise;
    this.#resolveClosed = closed.resolve;
    this.#deps = deps;
    this.#chat = chat;
    this.#leave = leave;
    const { generation, time, logger, directory, now } = deps;
    const opened = newMessageId(now(), { sessionId: agentSessionId, taskId: TaskId.parse("tsk_opened") });
    this.#own = new OwnActivity(this.#toTurnDeps(), opened);
    this.#commands = new SessionCommands({ client: generation.client, time, logger, directory });
    this.#subscription = new EventSubscription({
      client: generation.client,
      time,
      logger,
      directory,
      onEvent: (event) => this.#take(event),
      onAlive: () => generation.noteAlive(),
      onGap: () => (this.#turn ?? this.#own).catchUp(),
    });
    chat.onRenewed = () => {
      this.#subscription.reopen();
      void this.#commands.renew();
    };
    void generation.exited.then((evidence) => this.#onServerGone(evidence));
  }

  /** Subscribes to events. Call this before the first prompt, because events are not repeated. */
  async listen(): Promise<void> {
    await this.#subscription.open();
  }

  async takes(model: string): Promise<AttachmentTakes> {
    return { images: await this.#deps.takesImages(model), paths: true };
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

  onCommands(tell: (commands: readonly SlashCommand[]) => void): void {
    this.#commands.onKnown(tell);
  }

  async renew(mayRead: () => Promise<boolean>): Promise<void> {
    const isAtWork = this.#isRunning || this.#isClosed || this.#own.isHolding;
    if (!isAtWork && (await this.#renew({ isInTurn: false, mayRead }))) await this.#load();
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

  async steer(_: string, take: () => Promise<string | null>): Promise<boolean> {
    return (await this.#turn?.steer(take, this.#deps.now())) ?? false;
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

  /** Its server takes no new chats: the endpoints have changed, or it does not stop. What it does by itself is still followed. */
  get isOutdated(): boolean {
    return !this.#deps.generation.isOpen && !this.#own.isHolding;
  }

  get sharedId(): string {
    return this.#deps.generation.id;
  }

  rssBytes(): Promise<number | null> {
    return this.#deps.generation.rssBytes();
  }

  async warmUp(): Promise<void> {
    if (!this.#wasAsked) await this.#load();
  }

  close(): Promise<void> {
    this.#hurry.resolve();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #load(): Promise<void> {
    const { generation, directory, findScriptedModel } = this.#deps;
    const model = await findScriptedModel().catch(() => null);
    if (model && !this.#isClosed && !this.#isRunning) await generation.warmUp(directory, model);
  }

  /** Has opencode read the folder anew if that is due. What an untrusted repository has got since is not read. */
  async #renew(input: { isInTurn: boolean; mayRead: () => Promise<boolean> }): Promise<boolean> {
    return this.#deps.projectTrusted && (await this.#deps.generation.renew(this.#chat, input));
  }

  async #begin(turn: OpencodeTurn, prompt: PromptInput): Promise<void> {
    const { generation, directory, time } = this.#deps;
    try {
      // The turn was allowed to begin with what is there now.
      await this.#renew({ isInTurn: true, mayRead: async () => true });
      // A command takes no other words: what the agent is told besides would be lost.
      const finding = prompt.handover ? Promise.resolve(null) : this.#commands.findCall(prompt.text);
      const asked = [this.#deps.toModel(prompt.model), finding, this.#subscription.ready] as const;
      const [model, call] = await Promise.all(asked);
      if (this.#isUnquiet) await untilQuiet(generation.client, time, { directory, sessionId: this.agentSessionId });
      if (!turn.isOver) await turn.begin({ call, model, mode: toMode(prompt.mode) });
    } catch (error) {
      // If the server is gone, its exit is better evidence than a failed request.
      const cause = error instanceof ModelRemoved ? "agent_unavailable" : "agent_exit";
      if (!this.#isClosed) turn.interrupt(cause, { message: (error as Error).message });
    }
  }

  /** Notes that a turn runs, until the returned function is called. */
  #enterTurn(): () => void {
    if (this.#isClosed) throw new Error("The conversation is closed");
    if (this.#isRunning) throw new Error("A turn is running in this conversation");
    this.#isRunning = true;
    this.#wasAsked = true;
    const leave = this.#deps.generation.beginTurn(this.#deps.directory);
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
    this.#title = turn.translator.title;
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
      await Promise.race([salvageTurn(this.#deps, turn), limit, this.#hurry.promise]);
      turn.interrupt("agent_exit", evidence);
    }
    this.#own.interrupt("agent_exit", evidence);
    await this.#leave();
  }
}
