import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { applyTurnSignal, beginTurn, type TurnGuard, type TurnSignal } from "@boocode/shared/agents/turns/turn-guard";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import type { TurnEnd } from "@boocode/shared/agents/agent-backend";
import { isAskEvent, isLeftOver, leftOverLast, refuse, toRefusal, type AskEvent } from "./refuse-ask.ts";
import { listAsks, listTurn } from "./list-turn.ts";
import type { ServerClient } from "../wire/opencode-client.ts";
import type { OpencodeError, OpencodeEvent } from "../wire/opencode-event.ts";
import { OpencodeRequestError } from "../wire/opencode-request-error.ts";
import { EndGrace } from "./end-grace.ts";
import { toModelName, type TurnChoice, type TurnDeps, type TurnEndReason, type TurnInput } from "./turn-ports.ts";
import { tellAnswer } from "./tell-answer.ts";
import { postPrompt } from "./post-prompt.ts";
import { steerTurn } from "./steer-turn.ts";
import { toTurnEnd } from "./to-turn-end.ts";
import { errorOf, sessionOf, toTurnSignal } from "./to-turn-signal.ts";
import { TurnTimers } from "./turn-timers.ts";
import { TurnTranslator } from "./turn-translator.ts";

const LOOK_AGAIN_MS = 1_000;
/** How long a prompt may take to begin before opencode's state is checked: loading a directory's plugins takes a few seconds. */
const BEGIN_LIMIT_MS = 10_000;

/** One turn, from its prompt to its single end. */
export class OpencodeTurn {
  readonly ended: Promise<TurnEnd>;
  readonly #deps: TurnDeps;
  readonly #input: TurnInput;
  readonly #translator: TurnTranslator;
  readonly #errors = new Map<string, OpencodeError>();
  readonly #timers: TurnTimers;
  readonly #grace: EndGrace;
  readonly #settle: (end: TurnEnd) => void;
  #guard: TurnGuard;
  #choice: TurnChoice = { call: null, model: null, mode: null };
  #isOver = false;
  #state: TurnEnd["state"] | "running" = "running";
  #isLooking = false;
  #isLookWanted = false;
  #stopLooking = () => {};
  #sendAgain = () => {};
  #isPosted = false;
  #lastEventAt: number;

  constructor(deps: TurnDeps, input: TurnInput) {
    const ended = Promise.withResolvers<TurnEnd>();
    this.ended = ended.promise;
    this.#settle = ended.resolve;
    this.#deps = deps;
    this.#input = input;
    this.#timers = new TurnTimers(deps.time);
    this.#grace = new EndGrace(this.#timers, () => this.#translator.isToolRunning);
    this.#lastEventAt = deps.time.elapsedMs();
    this.#guard = beginTurn(input.promptId);
    const { sessionId, directory: root, contextSizeOf } = deps;
    this.#translator = new TurnTranslator({ sessionId, promptId: input.promptId, root, contextSizeOf, title: input.title });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** How it ended; `running` before that. */
  get state(): TurnEnd["state"] | "running" {
    return this.#state;
  }

  get promptId(): string {
    return this.#input.promptId;
  }

  /** What the turn has reported, for what comes after it. */
  get translator(): TurnTranslator {
    return this.#translator;
  }

  /** Sends the prompt. The event stream must be open, because missed events are not repeated. */
  async begin(choice: TurnChoice): Promise<void> {
    this.#choice = choice;
    this.#lastEventAt = this.#deps.time.elapsedMs();
    this.#timers.after(this.#deps.silenceMs, () => this.#onSilence());
    const onFailed = (error: Error) => void (this.#guard.wasBusy || this.#onNotSent(error));
    const post = () => postPrompt(this.#deps, this.#input, choice, onFailed);
    this.#sendAgain = () => void post().catch((error: unknown) => this.#onNotSent(error as Error));
    try {
      await post();
    } catch (error) {
      this.#onNotSent(error as Error);
      return;
    }
    this.#isPosted = true;
    this.#expectBegin();
    // A stop or end during the request came before there was anything to abort, so abort now.
    if (this.#guard.isStopAsked || this.#isOver) await this.abort();
  }

  /** Ends the turn now if opencode has reported its end: what comes next is not its own. */
  finish(): void {
    if (this.#grace.end) this.#end(this.#grace.end);
  }

  /** Processes an event of the directory, whichever session it belongs to. If it returns a promise, wait for it before the next event. */
  take(event: OpencodeEvent): void | Promise<void> {
    if (this.#isOver) return;
    if (isAskEvent(event) && isLeftOver(event, this.#input.promptId)) return this.#refuse(event);
    const room = this.#emit(this.#translator.translate(event));
    const sessionId = sessionOf(event);
    if (sessionId !== null && this.#translator.isOurs(sessionId)) {
      this.#lastEventAt = this.#deps.time.elapsedMs();
      this.#grace.noteEvent();
    }
    const error = errorOf(event);
    if (error) this.#errors.set(error.message, error);
    const signal = toTurnSignal(event, this.#deps.sessionId);
    if (signal) this.#signal(signal);
    return room;
  }

  /** Gives the turn words of the person; see {@link steerTurn}. */
  steer(take: () => Promise<string | null>, now: number): Promise<boolean> {
    const isUnderWay = () => this.#isPosted && !this.#isOver && !this.#guard.isStopAsked && this.#grace.end === null;
    return steerTurn({ deps: this.#deps, input: this.#input, choice: this.#choice, isUnderWay }, take, now);
  }

  /** Asks opencode to stop; another call asks again. The turn ends after `fenceMs` in any case. */
  async stop(): Promise<void> {
    this.finish();
    if (this.#isOver) return;
    if (!this.#guard.isStopAsked) {
      this.#signal({ type: "stop_asked" });
      this.#timers.after(this.#deps.fenceMs, () => this.#fence());
    }
    if (this.#isPosted) await this.abort();
  }

  /** Ends the turn for a reason outside opencode, unless it has ended normally already. `agent_unavailable`: it could not begin. */
  interrupt(cause: "daemon_shutdown" | "agent_exit" | "agent_unavailable", evidence: TaskEvidence | null): void {
    this.#end(this.#grace.end ?? { state: cause === "agent_unavailable" ? "failed" : "interrupted", cause, evidence });
  }

  /** Lists and applies what was missed after the stream was lost and reopened. */
  async catchUp(): Promise<void> {
    if (this.#isOver) return;
    this.#translator.breakOff();
    await this.#look();
    const { events, requestIds } = await listAsks(this.#deps.client, this.#deps.directory);
    for (const event of leftOverLast(events, this.#input.promptId)) await this.take(event);
    if (!this.#isOver) await this.#emit(this.#translator.asks.keepOnly(requestIds));
  }

  /**
   * Recovers the unreported content of this turn after its server died. `client` talks to another server with the same sessions. Ends the
   * turn if its answer was complete; otherwise the caller must end it. Rejects if the request fails.
   */
  async salvage(client: ServerClient): Promise<void> {
    const { directory, sessionId } = this.#deps;
    this.#timers.end();
    const { events, answer } = await listTurn(client, { directory, sessionId }, this.#input.promptId);
    await this.#set(events);
    if (answer === null) return;
    this.#signal({ type: "answer", answer });
    this.#signal({ type: "idle" });
  }

  /** Sends an answer to opencode. Rejects if that fails. */
  async answer(permissionId: string, optionId: string | null): Promise<void> {
    const { client, directory } = this.#deps;
    const { reply, events, undo } = this.#translator.asks.answer(permissionId, optionId);
    void this.#emit(events);
    if (reply === null) return;
    await tellAnswer(client, directory, reply).catch((error: unknown) => {
      undo();
      throw error;
    });
  }

  /** Refuses a request of an earlier turn, unless this turn has an open request, which opencode would refuse as well. */
  #refuse(ask: AskEvent): void {
    if (ask.request.sessionID === this.#deps.sessionId && !this.#translator.asks.isAnyOpen) void refuse(this.#deps, toRefusal(ask));
  }

  #signal(signal: TurnSignal): void {
    if (this.#isOver || this.#grace.end) return;
    const wasBusy = this.#guard.wasBusy;
    const { guard, verdict } = applyTurnSignal(this.#guard, signal);
    this.#guard = guard;
    if (verdict.kind === "ended") this.#grace.begin(toTurnEnd(verdict, this.#errors), (end) => this.#end(end));
    else if (verdict.kind === "look") this.#lookAfter(verdict.afterMs);
    else if (verdict.kind === "send_again") this.#sendAgain();
    // A stop came before the turn began, so opencode had nothing to stop. The turn has begun now: abort it.
    else if (guard.isStopAsked && !wasBusy && guard.wasBusy) void this.abort();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) {
      this.#isLookWanted = true;
      return;
    }
    const { client, directory, sessionId, logger } = this.#deps;
    this.#isLooking = true;
    try {
      const listed = await listTurn(client, { directory, sessionId }, this.#input.promptId);
      await this.#set(listed.events);
      this.#signal({ type: "looked", isBusy: listed.isBusy, isAccepted: listed.isAccepted, answer: listed.answer });
    } catch (error) {
      if (!this.#isOver) logger.warn({ err: error, sessionId }, "The state of a turn could not be read from opencode");
      // A slow server is not dead; its health is checked elsewhere.
      this.#lookAfter(LOOK_AGAIN_MS);
    } finally {
      this.#isLooking = false;
      if (this.#isLookWanted) {
        this.#isLookWanted = false;
        this.#lookAfter(0);
      }
    }
  }

  /** Applies listed events; known content is not reported again. */
  async #set(events: readonly OpencodeEvent[]): Promise<void> {
    for (const event of events) {
      if (this.#isOver) return;
      const error = errorOf(event);
      if (error) this.#errors.set(error.message, error);
      await this.#emit(this.#translator.translate(event));
    }
  }

  #expectBegin(): void {
    this.#timers.after(BEGIN_LIMIT_MS, () => {
      if (this.#guard.wasBusy) return;
      this.#signal({ type: "overdue" });
      this.#expectBegin();
    });
  }

  #onSilence(): void {
    const { silenceMs } = this.#deps;
    const leftMs = this.#lastEventAt + silenceMs - this.#deps.time.elapsedMs();
    const isWaiting = this.#translator.isToolRunning || this.#translator.asks.isAnyOpen;
    if (leftMs <= 0 && !isWaiting) this.#signal({ type: "silence" });
    this.#timers.after(leftMs > 0 ? leftMs : silenceMs, () => this.#onSilence());
  }

  #onNotSent(error: Error): void {
    if (this.#isOver) return;
    if (error instanceof OpencodeRequestError && error.status !== null) {
      return this.#end({ state: "failed", cause: "agent_error", evidence: { message: error.message, httpStatus: error.status } });
    }
    // The prompt may have arrived anyway. Asking for its state is harmless; sending it again is not.
    this.#isPosted = true;
    this.#signal({ type: "error", error: { isAbort: false, message: error.message } });
  }

  /** Asks opencode to abort its work for this chat, whatever the state of this turn. Never rejects. */
  async abort(): Promise<void> {
    const { client, sessionId, logger, fenceMs } = this.#deps;
    await client
      .abort(this.#deps, fenceMs)
      .catch((error: unknown) => logger.warn({ err: error, sessionId }, "opencode could not be asked to stop"));
  }

  #fence(): void {
    if (this.#isOver) return;
    this.#end({
      state: "cancelled",
      cause: "stopped_by_person",
      evidence: { message: "opencode did not stop when asked, and was cut off." },
    });
    this.#deps.onFenced();
  }

  #end(end: TurnEndReason): void {
    if (this.#isOver) return;
    if (end.cause !== "agent_exit") for (const refusal of this.#translator.asks.toRefusals()) void refuse(this.#deps, refusal);
    void this.#emit(this.#translator.settle());
    this.#isOver = true;
    this.#state = end.state;
    this.#timers.end();
    const { usage, model } = this.#translator;
    this.#settle({ ...end, usage, model: model ?? toModelName(this.#choice.model) });
  }

  #emit(events: readonly AgentEvent[]): void | Promise<void> {
    let room: void | Promise<void> = undefined;
    if (!this.#isOver) for (const event of events) room = this.#input.prompt.emit(event) ?? room;
    return room;
  }

  /** Schedules the next state check and replaces one already scheduled. */
  #lookAfter(delayMs: number): void {
    this.#stopLooking();
    this.#stopLooking = this.#timers.after(delayMs, () => void this.#look());
  }
}
