import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { PermissionId, TaskId } from "@boocode/shared/ids";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { pause, type Time } from "../../platform/time.ts";
import type { AgentConversation, BackendLogger, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import { EventSubscription } from "./wire/event-subscription.ts";
import { findOwnConfig } from "./server/find-own-config.ts";
import type { OpencodeEvent } from "./wire/opencode-event.ts";
import { isAskEvent, refuse, toRefusal } from "./turn/refuse-ask.ts";
import { isQuiet } from "./turn/list-turn.ts";
import { newMessageId } from "./wire/message-id.ts";
import type { OpencodeModel } from "./wire/opencode-client.ts";
import { OpencodeRequestError } from "./wire/opencode-request-error.ts";
import { OpencodeTurn } from "./turn/opencode-turn.ts";
import { readKeptTurn } from "./turn/read-kept-turn.ts";
import type { ServerGeneration } from "./server/server-generation.ts";

export interface ConversationDeps {
  generation: ServerGeneration;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
  /** The session's worktree. */
  directory: string;
  silenceMs: number;
  fenceMs: number;
  /** How long opencode may take until it has opened a folder. */
  openLimitMs: number;
  now(): number;
  /** Which of opencode's models is meant; null: its own choice. */
  toModel(wanted: string): Promise<OpencodeModel | null>;
  /** The server that takes the place of one that died. Rejects where there is to be none. */
  takeNext(): Promise<ServerGeneration>;
  /** Who answers a turn that is thrown away; null: nobody, and there is none. */
  findScriptedModel(): Promise<OpencodeModel | null>;
}

/** How long a turn that was cut off may take to be over upstream before the next prompt is sent all the same. */
const QUIET_LIMIT_MS = 3_000;
const QUIET_LOOK_MS = 100;
/** How long closing waits for opencode to hear that its turn is over. */
const LAST_WORD_MS = 1_000;
/** How long a turn whose server died may wait for another one to say what was written down of it. */
const SALVAGE_LIMIT_MS = 20_000;

/**
 * Opens the chat's context: the earlier one where there is one, else a new one. Rejects with what opencode said, or after
 * `openLimitMs`: opencode installs what a folder's own plugins want before it answers anything about it.
 */
export async function openConversation(deps: ConversationDeps, resume: string | null): Promise<OpencodeConversation> {
  const { time, openLimitMs } = deps;
  const opening = openInFolder(deps, resume);
  const limit = Promise.withResolvers<never>();
  const stop = time.after(openLimitMs, () => {
    // It goes on loading all the same, so that a later prompt finds it loaded.
    void opening.then((late) => late.close()).catch(() => {});
    explainSlowness(deps).then(limit.reject, limit.reject);
  });
  try {
    return await Promise.race([opening, limit.promise]);
  } finally {
    stop();
  }
}

async function openInFolder(deps: ConversationDeps, resume: string | null): Promise<OpencodeConversation> {
  const leave = deps.generation.enter(deps.directory);
  try {
    const found = resume === null ? null : await findSession(deps, resume);
    const conversation = new OpencodeConversation(deps, leave, found ?? (await createSession(deps)), found ? "resumed" : "new");
    await conversation.listen();
    return conversation;
  } catch (error) {
    await leave();
    throw error;
  }
}

async function explainSlowness({ directory, openLimitMs }: ConversationDeps): Promise<Error> {
  const own = await findOwnConfig(directory);
  const why =
    own === null ? "" : ` The repository brings ${own}: opencode installs packages for it first, and perhaps no package registry answers.`;
  const limit = Math.round(openLimitMs / 1_000);
  return new Error(`opencode did not open this folder within ${limit} s.${why} It goes on trying: send the prompt again in a minute.`);
}

async function findSession({ generation, directory }: ConversationDeps, sessionId: string): Promise<string | null> {
  try {
    return (await generation.client.readSession({ directory, sessionId })).id;
  } catch (error) {
    // It was deleted there: the chat goes on in a new one, and says so.
    if (error instanceof OpencodeRequestError && (error.status === 404 || error.status === 400)) return null;
    throw error;
  }
}

async function createSession({ generation, directory }: ConversationDeps): Promise<string> {
  return (await generation.client.createSession(directory)).id;
}

/** Takes away a session in which nothing was ever asked: it would stand empty in the person's own list of them. */
async function deleteSession({ generation, directory, logger }: ConversationDeps, sessionId: string): Promise<void> {
  await generation.client
    .deleteSession({ directory, sessionId })
    .catch((error: unknown) => logger.debug({ err: error }, "An unused session of opencode was not taken away"));
}

/** One opencode session on the shared server, for one chat. */
export class OpencodeConversation implements AgentConversation {
  readonly agentSessionId: string;
  readonly continuity: Continuity;
  readonly closed: Promise<void>;
  readonly #deps: ConversationDeps;
  readonly #leave: () => Promise<void>;
  readonly #resolveClosed: () => void;
  readonly #subscription: EventSubscription;
  #turn: OpencodeTurn | null = null;
  #title: string | null = null;
  #isRunning = false;
  #wasAsked = false;
  #isClosed = false;
  #closing: Promise<void> | null = null;
  /** The last turn did not end by itself: upstream it may still be on its way out. */
  #isUnquiet = false;
  /** Nobody waits any longer for what a dead server had written down. */
  readonly #hurry = Promise.withResolvers<void>();

  constructor(deps: ConversationDeps, leave: () => Promise<void>, agentSessionId: string, continuity: Continuity) {
    const closed = Promise.withResolvers<void>();
    this.agentSessionId = agentSessionId;
    this.continuity = continuity;
    this.closed = closed.promise;
    this.#resolveClosed = closed.resolve;
    this.#deps = deps;
    this.#leave = leave;
    const { generation, time, logger, directory } = deps;
    this.#subscription = new EventSubscription({
      client: generation.client,
      time,
      logger,
      directory,
      onEvent: (event) => (this.#turn ? this.#turn.take(event) : this.#refuse(event)),
      onAlive: () => generation.noteAlive(),
      onGap: async () => this.#turn?.catchUp(),
    });
    void generation.exited.then((evidence) => this.#onServerGone(evidence));
  }

  /** Subscribes to what happens: before the first prompt, because nothing is told twice. */
  async listen(): Promise<void> {
    await this.#subscription.open();
  }

  async prompt(prompt: PromptInput): Promise<TurnEnd> {
    if (this.#isClosed) throw new Error("The conversation is closed");
    if (this.#isRunning) throw new Error("A turn is running in this conversation");
    this.#isRunning = true;
    this.#wasAsked = true;
    const { generation, directory, now } = this.#deps;
    const leaveTurn = generation.beginTurn();
    const turn = new OpencodeTurn(
      {
        ...this.#deps,
        client: generation.client,
        sessionId: this.agentSessionId,
        contextSizeOf: (model) => generation.contextSizeOf(model),
        onFenced: () => void this.#cutOff(),
      },
      { prompt, promptId: newMessageId(now(), { sessionId: this.agentSessionId, taskId: prompt.taskId }), title: this.#title },
    );
    this.#turn = turn;
    try {
      void this.#begin(turn, prompt);
      const end = await turn.ended;
      this.#isUnquiet = end.state !== "completed";
      if (!this.#isUnquiet) generation.noteLoaded(directory);
      this.#title = turn.title;
      return end;
    } finally {
      this.#turn = null;
      this.#isRunning = false;
      leaveTurn();
    }
  }

  async cancel(): Promise<void> {
    this.#hurry.resolve();
    await this.#turn?.stop();
  }

  async answerPermission(permissionId: PermissionId, optionId: string | null): Promise<void> {
    await this.#turn?.answer(permissionId, optionId);
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
      // Where the server is gone, its end says more than that it does not answer.
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

  /** What opencode asks while no turn runs is asked of nobody. */
  #refuse(event: OpencodeEvent): void {
    if (!isAskEvent(event) || event.request.sessionID !== this.agentSessionId || this.#isClosed) return;
    void refuse({ ...this.#deps, client: this.#deps.generation.client }, toRefusal(event));
  }

  /** opencode does not hear a stop: what it runs in this directory is ended, and the server as soon as no other chat needs it. */
  async #cutOff(): Promise<void> {
    const { generation, directory, logger } = this.#deps;
    logger.warn({ sessionId: this.agentSessionId }, "opencode did not stop a turn when asked, and is started anew");
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
    this.#subscription.close();
    if (!this.#wasAsked && this.continuity === "new") await deleteSession(this.#deps, this.agentSessionId);
    await this.#leave();
    this.#resolveClosed();
  }

  #onServerGone(evidence: TaskEvidence): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closing ??= this.#endWithServer(evidence);
    // After the turn's own end has been told.
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
    await this.#leave();
  }

  /** What opencode had written down of a turn and nobody was told is asked of the server that comes next. */
  async #salvage(turn: OpencodeTurn): Promise<void> {
    try {
      const next = await this.#deps.takeNext();
      await next.lend((client) => turn.salvage(client));
    } catch (error) {
      this.#deps.logger.warn({ err: error }, "What opencode had written down of a turn could not be asked for");
    }
  }
}

/** `auto` is every agent's usual way; anything else is one of opencode's own agents. */
function toMode(mode: string): string | null {
  return mode === "" || mode === "auto" ? null : mode;
}
