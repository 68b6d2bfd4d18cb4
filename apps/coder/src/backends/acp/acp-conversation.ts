import type { AttachmentTakes } from "@boocode/shared/attachments/attachment";
import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import { cutText } from "@boocode/shared/text/cut-text";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Replay } from "@boocode/shared/agents/turns/replay";
import type { PermissionId } from "@boocode/shared/ids";
import { decideRelaunch, type RelaunchDecision } from "@boocode/shared/agents/processes/decide-relaunch";
import { decideAfterError } from "@boocode/shared/agents/decide-agent-error";
import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { Time } from "../../platform/time.ts";
import type { AgentConversation, BackendLogger, ModelEndpoint, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
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
  /** Whether the agent's command is still the one of a launch. */
  isCommandOf(launch: Launch): Promise<boolean>;
  /** Returns the endpoints offered now; the same array until they change. */
  endpoints(): readonly ModelEndpoint[];
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
  /** The model of the current launch. The same model of the same endpoints needs no new launch. */
  #model: string;
  /** The session that is being ended to start another one. */
  #leaving: AcpSession | null = null;
  #onUnasked = () => {};
  #onCommands: (commands: readonly SlashCommand[]) => void = () => {};
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

  get canResume(): boolean {
    return this.#session.canResume;
  }

  takes(): AttachmentTakes {
    return { images: this.#session.takesImages, paths: true };
  }

  async prompt(prompt: PromptInput): Promise<TurnEnd> {
    if (this.#isClosed) throw new Error("The conversation is closed");
    if (this.#isRunning) throw new Error("A turn is running in this conversation");
    const settled = this.#begin();
    this.#isStopAsked = false;
    try {
      const isKept = (await this.#isCurrent(prompt.model)) || (await this.#change(prompt.model));
      let told = isKept ? prompt : await toRetold(prompt);
      let turn = await this.#run(told);
      let decision = turn === null ? "keep" : this.#judge(turn);
      if (decision === "ask_again") {
        if (!(await this.#startAnew(this.#launch))) told = await toRetold(prompt);
        turn = await this.#run(told);
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
      // The model cannot be used, or it needed a new process, which did not start.
      void this.close();
      if (error instanceof DomainError && error.fault.kind === "login_required") {
        return ended("failed", "login_required", error.fault.ways.join("\n"));
      }
      const isTold = error instanceof DomainError && error.fault.kind === "agent_unavailable";
      return ended("failed", "agent_unavailable", isTold ? error.fault.hint : (error as Error).message);
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

  onCommands(tell: (commands: readonly SlashCommand[]) => void): void {
    this.#onCommands = tell;
    const { commands } = this.#session.state;
    if (commands !== null) tell(commands);
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

  /** Whether nothing has changed that a process may have been started with. */
  async #isCurrent(model: string): Promise<boolean> {
    const launch = this.#launch;
    return model === this.#model && this.#deps.endpoints() === launch.endpoints && (await this.#deps.isCommandOf(launch));
  }

  /** Switches to another model, endpoint or command, with another process if it needs one. Returns false if that lost the context. */
  async #change(model: string): Promise<boolean> {
    const launch = await this.#deps.toLaunch(model);
    if (this.#isClosed) return true;
    const decision = decideRelaunch(this.#launch.start, launch.start);
    const isKept = decision.kind === "keep" || (await this.#startAnew(launch));
    if (decision.kind === "start_anew" && isKept) this.#session.leaveNews("info", RESTARTED[decision.because]);
    this.#launch = launch;
    this.#model = model;
    return isKept;
  }

  /**
   * Starts a new process that resumes the same context: for another model, whose endpoint is set by environment variables, or after a loss.
   * Returns false if the agent began a new context instead.
   */
  async #startAnew(launch: Launch): Promise<boolean> {
    const before = this.#session;
    const { sessionId } = before;
    this.#leaving = before;
    this.#deps.logger.info({ pid: before.pid }, "Restarting an agent");
    this.#session = await before.close().then(() => this.#deps.openSession(launch, sessionId));
    this.#session.unasked.onBegan(this.#onUnasked);
    if (this.#isClosed) await this.#session.close();
    else this.#watch(this.#session);
    return this.#session.sessionId === sessionId;
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
    session.state.onCommands = (commands) => this.#onCommands(commands);
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

/** What the person is told of a new process that goes on with its context. */
const RESTARTED: Readonly<Record<Extract<RelaunchDecision, { kind: "start_anew" }>["because"], string>> = {
  model: "The agent was started again for this model and continues its context.",
  endpoint: "The agent was started again, because the endpoint of its model has changed, and continues its context.",
  command: "The agent was started again, because its command or variables have changed, and continues its context.",
};

/** A prompt with the handover of the whole chat, for a context that has just been lost. */
async function toRetold(prompt: PromptInput): Promise<PromptInput> {
  const whole = await prompt.retell?.();
  return whole == null ? prompt : { ...prompt, handover: whole };
}

function ended(state: TurnEnd["state"], cause: NonNullable<TurnEnd["cause"]>, message: string | null): TurnEnd {
  return { state, cause, evidence: message === null ? null : { message: cutText(message, 4_000) }, usage: null, model: "" };
}
