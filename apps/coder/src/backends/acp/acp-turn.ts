import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { decideLinger, type Linger } from "@boocode/shared/agents/turns/decide-linger";
import { STOP_STEPS } from "@boocode/shared/agents/turns/stop-steps";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import type { Time } from "../../platform/time.ts";
import type { BackendLogger, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import { PromptAnswer, type PermissionAsk, type PermissionOutcome, type SessionUpdate } from "./wire/acp-wire.ts";
import type { AcpSession, SessionLoss } from "./acp-session.ts";
import type { SessionListener } from "./session-listener.ts";
import { choose, toShownModel, type WantedChoice } from "./choose.ts";
import { NOBODY_ASKED, PermissionAsks, toAskKey } from "./permission-asks.ts";
import type { ReplayFilter } from "./replay-filter.ts";
import { toStopEnd, toErrorEnd, type EndReason } from "./to-turn-end.ts";
import { toPromptBlocks } from "./to-prompt-blocks.ts";
import { UpdateTranslator } from "./updates/update-translator.ts";
import type { RpcError, RpcOutcome } from "./wire/rpc-errors.ts";

export interface AcpTurnDeps {
  session: AcpSession;
  time: Pick<Time, "after">;
  logger: BackendLogger;
  /** The worktree. */
  root: string;
  /** Returns the failure message if the agent's last text reports a failure, otherwise null. */
  readFailure(lastText: string): string | null;
  /** Set for the first turn after an earlier session was loaded. */
  replay: ReplayFilter | null;
}

/** The signals sent to a process that ignores a stop, with their delays from the first stop. */
const STOP_SIGNALS = [
  { afterMs: STOP_STEPS.interruptMs, signal: "SIGINT" },
  { afterMs: STOP_STEPS.terminateMs, signal: "SIGTERM" },
] as const;
/** The events that show that the agent has heard the prompt. */
const ACTS: ReadonlySet<AgentEvent["type"]> = new Set(["text.delta", "thought.delta", "tool.started", "plan.updated"]);

/** One turn of an ACP session, from its prompt to its single end. */
export class AcpTurn implements SessionListener {
  readonly ended: Promise<TurnEnd>;
  readonly #deps: AcpTurnDeps;
  readonly #prompt: PromptInput;
  readonly #wanted: WantedChoice;
  readonly #translator: UpdateTranslator;
  readonly #asks = new PermissionAsks();
  readonly #settle: (end: TurnEnd) => void;
  readonly #timers: (() => void)[] = [];
  #answeredError: RpcError | null = null;
  #hasActed = false;
  /** Set once the agent has reported the turn's end. */
  #ending: { end: EndReason; isStoppedElsewhere: boolean } | null = null;
  #stopWaiting = () => {};
  /** True if the agent began the turn by itself. */
  #isOwn = false;
  #isSent = false;
  #isStopAsked = false;
  #isOver = false;

  constructor(deps: AcpTurnDeps, prompt: PromptInput, wanted: WantedChoice) {
    const ended = Promise.withResolvers<TurnEnd>();
    this.ended = ended.promise;
    this.#settle = ended.resolve;
    this.#deps = deps;
    this.#prompt = prompt;
    this.#wanted = wanted;
    const { session, root } = deps;
    this.#translator = new UpdateTranslator({ root, agentSessionId: session.sessionId, state: session.state });
    void session.gone.then((loss) => this.#onGone(loss));
  }

  /** The error that answered the prompt, if any. */
  get answeredError(): RpcError | null {
    return this.#answeredError;
  }

  /** Whether the agent has said, done or asked anything in this turn. */
  get hasActed(): boolean {
    return this.#hasActed;
  }

  /** Sets the wanted model and mode, then sends the prompt. */
  async begin(): Promise<void> {
    const { session, logger } = this.#deps;
    session.listen(this);
    const news = session.takeNews();
    if (news !== null) this.#notice(news.level, news.text);
    void this.#emit(this.#translator.begin());
    try {
      for (const text of await choose(session, this.#wanted)) this.#notice("warning", text);
    } catch (error) {
      // A process that is ending reports the cause itself.
      logger.warn({ err: error }, "An agent did not accept the model or the mode");
      if (!this.#isOver) this.#end(toErrorEnd(error as Error, session.loginWays));
      return;
    }
    if (this.#isOver) return;
    if (this.#isStopAsked) return this.#end({ state: "cancelled", cause: "stopped_by_person", evidence: null });
    this.#isSent = true;
    const prompt = toPromptBlocks(this.#prompt, session.embeds);
    session.connection.start("session/prompt", { sessionId: session.sessionId, prompt }, (outcome) => this.#onAnswer(outcome));
  }

  /** Follows a turn that the agent began by itself. Only silence shows that it is over. */
  follow(): void {
    const { session } = this.#deps;
    this.#isOwn = true;
    this.#isSent = true;
    session.listen(this);
    void this.#emit(this.#translator.begin());
    this.#ending = { end: { state: "completed", cause: null, evidence: null }, isStoppedElsewhere: false };
    session.unasked.giveTo(this);
    this.#waitForQuiet();
  }

  /** Asks the agent to stop; another call asks again. An agent that ignores it is ended. */
  stop(): void {
    if (this.#isOver) return;
    if (this.#ending && !this.#isOwn) return this.#end(this.#ending.end);
    if (this.#isSent) this.#deps.session.connection.cancel(this.#deps.session.sessionId);
    this.#deps.session.noteStopped(this.#asks.openKeys);
    // Cancel the open requests only after the turn is cancelled, so that no agent takes the answers as permission to continue with
    // something else.
    this.#asks.cancelAll();
    if (this.#isStopAsked) return;
    this.#isStopAsked = true;
    this.#translator.stop();
    if (this.#isOwn) this.#ending = { end: STOPPED, isStoppedElsewhere: false };
    this.#waitForQuiet();
    const { session, time } = this.#deps;
    for (const { afterMs, signal } of STOP_SIGNALS) this.#timers.push(time.after(afterMs, () => session.signal(signal)));
    this.#timers.push(time.after(STOP_STEPS.closeMs, () => void session.close(0)));
  }

  /** Ends the turn because the daemon shuts down. */
  interrupt(): void {
    this.#end({ state: "interrupted", cause: "daemon_shutdown", evidence: null });
  }

  answer(permissionId: string, optionId: string | null): void {
    this.#asks.answer(permissionId, optionId);
    this.#waitForQuiet();
  }

  onUpdate(update: SessionUpdate): void | Promise<void> {
    const { replay } = this.#deps;
    const room = this.#translate(replay === null ? [update] : replay.take(update));
    this.#waitForQuiet();
    return room;
  }

  async onAsk(ask: PermissionAsk): Promise<PermissionOutcome> {
    if (this.#isOver || (this.#ending && !this.#isOwn) || this.#isStopAsked || !this.#isSent) return NOBODY_ASKED;
    this.#hasActed = true;
    const { callId, call, events } = this.#translator.announce(ask.toolCall);
    if (this.#deps.session.forgetStopped(toAskKey(call))) {
      const text = "The agent repeated a request that was stopped; it was cancelled again.";
      void this.#emit([...events, { type: "notice", level: "info", text }]);
      return NOBODY_ASKED;
    }
    const { event, answer } = this.#asks.ask({ ...ask, toolCall: call }, callId, this.#deps.root);
    void this.#emit([...events, event]);
    this.#waitForQuiet();
    return answer;
  }

  onLost(text: string): void {
    this.#notice("warning", text);
  }

  #onAnswer(outcome: RpcOutcome): void {
    if (this.#isOver || this.#ending) return;
    if (outcome.kind === "error") {
      // If the process is gone, its exit says more than the lost request.
      if (outcome.error.name === "RpcLostError") return;
      if (this.#isStopAsked) return this.#end(STOPPED);
      this.#answeredError = outcome.error as RpcError;
      // Its last updates may follow, as after any answer; codex swallows a prompt that comes in the same moment.
      return this.#linger(toErrorEnd(outcome.error, this.#deps.session.loginWays), false);
    }
    const parsed = PromptAnswer.safeParse(outcome.result);
    if (!parsed.success) {
      const message = "The agent's answer to the prompt is not valid in the Agent Client Protocol.";
      return this.#end({ state: "failed", cause: "protocol_error", evidence: { message } });
    }
    const { stopReason, usage } = parsed.data;
    if (usage) void this.#emit(this.#translator.count(usage));
    if (this.#isStopAsked) return this.#end(STOPPED);
    if (stopReason === "cancelled" && this.#asks.wasRefused) {
      // codex takes a refusal as a stop.
      this.#notice("info", "The agent ended its turn because its request was refused.");
      return this.#linger(STOPPED, false);
    }
    const failure = stopReason === "end_turn" ? this.#deps.readFailure(this.#translator.lastText) : null;
    const end: EndReason =
      failure === null ? toStopEnd(stopReason) : { state: "failed", cause: "agent_error", evidence: { message: failure } };
    // When a launcher is killed, its program may report the turn as cancelled just before it exits.
    this.#linger(end, stopReason === "cancelled");
  }

  /** Ends the turn after the agent has reported its end and no more updates arrive. */
  #linger(end: EndReason, isStoppedElsewhere: boolean): void {
    const linger = this.#decideLinger(isStoppedElsewhere);
    if (linger === null) return this.#end(end);
    this.#ending = { end, isStoppedElsewhere };
    if (linger.maxMs !== null) this.#timers.push(this.#deps.time.after(linger.maxMs, () => this.#end(end)));
    this.#waitForQuiet();
  }

  #waitForQuiet(): void {
    const ending = this.#ending;
    if (ending === null) return;
    this.#stopWaiting();
    // No time limit applies while a person is asked.
    if (this.#asks.openKeys.length > 0) return;
    const linger = this.#decideLinger(ending.isStoppedElsewhere);
    if (linger === null) return this.#end(ending.end);
    this.#stopWaiting = this.#deps.time.after(linger.quietMs, () => this.#end(ending.end));
  }

  #decideLinger(isStoppedElsewhere: boolean): Linger | null {
    const { openCalls } = this.#translator;
    return decideLinger({ isOwn: this.#isOwn, isStopAsked: this.#isStopAsked, isStoppedElsewhere, openCalls });
  }

  async #onGone({ cause, evidence }: SessionLoss): Promise<void> {
    // The end is decided now, however long the process takes to end.
    this.#stopTimers();
    // The next turn may begin as soon as this one ends, so wait until the process is gone.
    await this.#deps.session.close();
    if (this.#isStopAsked) return this.#end({ ...STOPPED, evidence: unheard(evidence) });
    if (this.#ending && !this.#isOwn && !this.#ending.isStoppedElsewhere) return this.#end(this.#ending.end);
    this.#end(cause === "protocol_error" ? { state: "failed", cause, evidence } : { state: "interrupted", cause, evidence });
  }

  #end(reason: EndReason): void {
    if (this.#isOver) return;
    const { replay } = this.#deps;
    void this.#translate(replay?.release() ?? []);
    if (replay?.isDoubted) this.#notice("info", "The agent loaded its earlier session and may have repeated what it said before.");
    void this.#emit(this.#translator.settle());
    this.#isOver = true;
    this.#stopTimers();
    this.#asks.cancelAll();
    if (this.#isStopAsked) this.#deps.session.mute();
    this.#deps.session.listen(null);
    const model = toShownModel(this.#deps.session.state, this.#wanted);
    this.#settle({ ...reason, usage: this.#translator.usage, model });
  }

  #stopTimers(): void {
    for (const stop of [...this.#timers.splice(0), this.#stopWaiting]) stop();
  }

  #translate(updates: readonly SessionUpdate[]): void | Promise<void> {
    const events = updates.flatMap((update) => this.#translator.translate(update));
    this.#hasActed ||= events.some(({ type }) => ACTS.has(type));
    return this.#emit(events);
  }

  #notice(level: "info" | "warning", text: string): void {
    void this.#emit([{ type: "notice", level, text }]);
  }

  #emit(events: readonly AgentEvent[]): void | Promise<void> {
    let room: void | Promise<void> = undefined;
    if (!this.#isOver) for (const event of events) room = this.#prompt.emit(event) ?? room;
    return room;
  }
}

const STOPPED: EndReason = { state: "cancelled", cause: "stopped_by_person", evidence: null };

function unheard(evidence: TaskEvidence): TaskEvidence {
  return { ...evidence, message: `The agent did not stop when asked, and was ended. ${evidence.message ?? ""}`.trim() };
}
