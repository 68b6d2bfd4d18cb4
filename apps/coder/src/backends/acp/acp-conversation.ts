import { cutText } from "@boocode/shared/text/cut-text";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Replay } from "@boocode/shared/agents/turns/replay";
import type { PermissionId } from "@boocode/shared/ids";
import { decideAfterError } from "@boocode/shared/agents/decide-agent-error";
import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { Time } from "../../platform/time.ts";
import type { AgentConversation, BackendLogger, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import { measureGroup } from "../../platform/processes/measure-group.ts";
import type { AcpSession } from "./acp-session.ts";
import { AcpTurn } from "./acp-turn.ts";
import type { WantedChoice } from "./choose.ts";
import type { Launch } from "./opening/launch.ts";
import { ReplayFilter } from "./replay-filter.ts";
import type { RpcError } from "./wire/rpc-errors.ts";

export interface ConversationDeps {
  /** Decides how to start the program for a model. */
  toLaunch(model: string): Promise<Launch>;
  /** Starts the program. `resume` is the session to continue. */
  openSession(launch: Launch, resume: string | null): Promise<AcpSession>;
  time: Pick<Time, "after">;
  logger: BackendLogger;
  /** The worktree. */
  root: string;
  readFailure(lastText: string): string | null;
  /** Reads the chat's earlier turns with this agent from the journal, up to a prompt. */
  readReplay(prompt: Pick<PromptInput, "taskId" | "text">): Promise<Replay>;
}

/** The conversation of one chat with one agent's program. */
export class AcpConversation implements AgentConversation {
  readonly closed: Promise<void>;
  readonly #deps: ConversationDeps;
  readonly #resolveClosed: () => void;
  #session: AcpSession;
  #launch: Launch;
  /** The model of the current launch. The same model needs no new launch. */
  #model: string;
  /** The session that is being ended to start another one. */
  #leaving: AcpSession | null = null;
  #onUnasked = () => {};
  #turn: AcpTurn | null = null;
  /** The error that answered the last prompt, if any. */
  #lastError: RpcError | null = null;
  #isRunning = false;
  /** Resolves when the last prompt is settled. */
  #settled: Promise<void> = Promise.resolve();
  #isStopAsked = false;
  #isClosed = false;
  #closing: Promise<void> | null = null;

  constructor(deps: ConversationDeps, { session, launch, model }: { session: AcpSession; launch: Launch; model: string }) {
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.#resolveClosed = closed.resolve;
    this.#deps = deps;
    this.#session = session;
    this.#launch = launch;
    this.#model = model;
    this.#watch(session);
  }

  get agentSessionId(): string {
    return this.#session.sessionId;
  }

  get continuity(): Continuity {
    return this.#session.continuity;
  }

  async prompt(prompt: PromptInput): Promise<TurnEnd> {
    if (this.#isClosed) throw new Error("The conversation is closed");
    if (this.#isRunning) throw new Error("A turn is running in this conversation");
    const settled = this.#begin();
    this.#isStopAsked = false;
    try {
      if (prompt.model !== this.#model) await this.#change(prompt.model);
      let turn = await this.#run(prompt);
      let decision = turn === null ? "keep" : this.#judge(turn);
      if (decision === "ask_again") {
        await this.#startAnew(this.#launch);
        turn = await this.#run(prompt);
        decision = turn === null ? "keep" : this.#judge(turn);
      }
      if (turn === null) return ended("interrupted", "daemon_shutdown", null);
      if (decision !== "keep") {
        this.#deps.logger.info({ pid: this.#session.pid, code: turn.answeredError?.code }, "Ending an agent that answers with errors");
        // It would answer every prompt like this. The next prompt starts a new process, which resumes the session.
        this.#turn = null;
        await this.close();
      }
      return await turn.ended;
    } catch (error) {
      // The new model needed a new process, which did not start.
      void this.close();
      if (error instanceof DomainError && error.fault.kind === "login_required") {
        return ended("failed", "login_required", error.fault.ways.join("\n"));
      }
      return ended("failed", "agent_unavailable", (error as Error).message);
    } finally {
      this.#turn = null;
      this.#isRunning = false;
      settled();
    }
  }

  onUnasked(began: () => void): void {
    this.#onUnasked = began;
    this.#session.unasked.onBegan(began);
    this.#session.unasked.remind();
  }

  async follow(input: Pick<PromptInput, "taskId" | "generation" | "emit">): Promise<TurnEnd> {
    if (this.#isClosed) throw new Error("The conversation is closed");
    if (this.#isRunning) throw new Error("A turn is running in this conversation");
    const settled = this.#begin();
    try {
      const { model, startedWith, shownModel } = this.#launch;
      const prompt = { ...input, text: "", model: this.#model, mode: "" };
      this.#turn = this.#makeTurn(prompt, { model, startedWith, shownModel, mode: "" }, null);
      this.#turn.follow();
      return await this.#turn.ended;
    } finally {
      this.#turn = null;
      this.#isRunning = false;
      settled();
    }
  }

  async cancel(): Promise<void> {
    if (this.#isRunning) this.#isStopAsked = true;
    this.#turn?.stop();
  }

  async answerPermission(permissionId: PermissionId, optionId: string | null): Promise<void> {
    this.#turn?.answer(permissionId, optionId);
  }

  async rssBytes(): Promise<number | null> {
    const { pid } = this.#session;
    return pid === undefined ? null : measureGroup(pid);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #makeTurn(prompt: PromptInput, wanted: WantedChoice, replay: ReplayFilter | null): AcpTurn {
    const { time, logger, root, readFailure } = this.#deps;
    return new AcpTurn({ session: this.#session, time, logger, root, readFailure, replay }, prompt, wanted);
  }

  async #change(model: string): Promise<void> {
    const launch = await this.#deps.toLaunch(model);
    if (this.#isClosed) return;
    if (launch.key !== this.#launch.key) await this.#startAnew(launch);
    this.#launch = launch;
    this.#model = model;
  }

  /** Starts a new process that resumes the same context: for another model, whose endpoint is set by environment variables, or after a loss. */
  async #startAnew(launch: Launch): Promise<void> {
    const before = this.#session;
    const { sessionId } = before;
    this.#leaving = before;
    this.#deps.logger.info({ pid: before.pid }, "Restarting an agent");
    this.#session = await before.close().then(() => this.#deps.openSession(launch, sessionId));
    this.#session.unasked.onBegan(this.#onUnasked);
    if (this.#isClosed) await this.#session.close();
    else this.#watch(this.#session);
  }

  /** Notes that a prompt runs, until the returned function is called. */
  #begin(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#isRunning = true;
    this.#settled = promise;
    return resolve;
  }

  /** Runs one prompt to its end; null if the conversation was closed before it began. */
  async #run(prompt: PromptInput): Promise<AcpTurn | null> {
    const { model, startedWith, shownModel } = this.#launch;
    await this.#session.endOfReplay();
    const known = this.#session.replayed && (await this.#deps.readReplay(prompt));
    const replay = known && new ReplayFilter(known, this.#session.replayed ?? []);
    // A process that died meanwhile ends the turn with its own evidence.
    if (this.#closing !== null) return null;
    const turn = this.#makeTurn(prompt, { model, startedWith, shownModel, mode: prompt.mode }, replay);
    this.#turn = turn;
    if (this.#isStopAsked) turn.stop();
    void turn.begin();
    await turn.ended;
    return turn;
  }

  /** Decides what the answer to a prompt says about the process. */
  #judge({ answeredError, hasActed }: AcpTurn): ReturnType<typeof decideAfterError> {
    const before = this.#lastError;
    this.#lastError = answeredError;
    return answeredError === null || this.#isClosed ? "keep" : decideAfterError(answeredError, before, hasActed);
  }

  #watch(session: AcpSession): void {
    void session.gone.then(async () => {
      if (session === this.#leaving || this.#isClosed) return;
      this.#isClosed = true;
      await this.#settled;
      await session.close();
      this.#resolveClosed();
    });
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    const turn = this.#turn;
    turn?.interrupt();
    await turn?.ended;
    await this.#session.close();
    this.#resolveClosed();
  }
}

function ended(state: TurnEnd["state"], cause: NonNullable<TurnEnd["cause"]>, message: string | null): TurnEnd {
  return { state, cause, evidence: message === null ? null : { message: cutText(message, 4_000) }, usage: null, model: "" };
}
