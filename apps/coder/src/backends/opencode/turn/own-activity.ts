import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { decideLinger } from "@boocode/shared/agents/turns/decide-linger";
import { mergeDeltas } from "@boocode/shared/agents/turns/merge-deltas";
import type { PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { OpencodeError, OpencodeEvent } from "../wire/opencode-event.ts";
import { listTurn } from "./list-turn.ts";
import { isAskEvent, isLeftOver, refuse, toRefusal } from "./refuse-ask.ts";
import { tellAnswer } from "./tell-answer.ts";
import { toTurnEnd } from "./to-turn-end.ts";
import { errorOf, sessionOf } from "./to-turn-signal.ts";
import type { TurnDeps, TurnEndReason } from "./turn-ports.ts";
import { TurnTimers } from "./turn-timers.ts";
import { TurnTranslator } from "./turn-translator.ts";

/** The turn that follows what is held. */
interface Following {
  emit: PromptInput["emit"];
  timers: TurnTimers;
  settle(end: TurnEnd): void;
  isStopAsked: boolean;
  /** The last error of the session. */
  error: OpencodeError | null;
  stopWaiting(): void;
}

/** How many events are held; more are dropped until a turn takes them. */
const MAX_HELD = 2_000;
/** How many events are held before neighbouring deltas are merged. */
const MERGE_AT = 200;
/** The events that show activity of the agent. */
const ACTIVITY: ReadonlySet<AgentEvent["type"]> = new Set([
  "text.delta",
  "thought.delta",
  "part.set",
  "tool.started",
  "tool.updated",
  "plan.updated",
  "permission.requested",
]);
const STOPPED: TurnEndReason = { state: "cancelled", cause: "stopped_by_person", evidence: null };

/** What opencode does in a chat while no prompt of ours is open: it is held until a turn of the agent's own follows it. */
export class OwnActivity {
  readonly #deps: TurnDeps;
  readonly #translator: TurnTranslator;
  #held: AgentEvent[] = [];
  #lost = 0;
  #isMuted = false;
  #onBegan = () => {};
  #following: Following | null = null;

  /** `promptId`: messages up to this id belong to turns that are over. */
  constructor(deps: TurnDeps, promptId: string) {
    this.#deps = deps;
    const { sessionId, directory: root, contextSizeOf } = deps;
    this.#translator = new TurnTranslator({ sessionId, promptId, root, contextSizeOf, title: null });
  }

  /** Sets the callback for held events. It is called again if they were not taken. */
  onBegan(began: () => void): void {
    this.#onBegan = began;
    this.remind();
  }

  /** True while something is held for a turn. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Calls the callback again after a turn if events are still held. */
  remind(): void {
    if (this.#held.length > 0) this.#onBegan();
  }

  /** Continues after a turn. What still comes of one that was stopped or failed is not shown. */
  continueAfter(turn: TurnTranslator, { state }: { state: TurnEnd["state"] | "running" }): void {
    this.#translator.continueAfter(turn);
    this.#isMuted = state !== "completed";
  }

  /** Processes an event of the directory. If it returns a promise, wait for it before the next event. */
  take(event: OpencodeEvent): void | Promise<void> {
    const isOurs = sessionOf(event) === this.#deps.sessionId;
    if (isAskEvent(event) && (this.#isMuted || isLeftOver(event, this.#translator.promptId))) {
      if (isOurs) void refuse(this.#deps, toRefusal(event));
      return;
    }
    const following = this.#following;
    const error = errorOf(event);
    if (following && error && isOurs) following.error = error;
    const events = this.#translator.translate(event);
    if (this.#isMuted) return;
    if (following === null) return this.#hold(events);
    const room = this.#emit(following, events);
    if (following.isStopAsked && isOurs && event.type === "status" && event.status === "idle") this.#end(following, STOPPED);
    else if (events.length > 0) this.#waitForQuiet(following);
    return room;
  }

  /** Lists and applies what was missed after the stream was lost and reopened. */
  async catchUp(): Promise<void> {
    this.#translator.breakOff();
    const { events } = await listTurn(this.#deps.client, this.#deps, this.#translator.promptId);
    for (const event of events) await this.take(event);
  }

  /** Passes what is held to a turn, and everything that follows until opencode is idle and quiet. */
  async follow({ emit }: Pick<PromptInput, "emit">): Promise<TurnEnd> {
    const { promise, resolve } = Promise.withResolvers<TurnEnd>();
    const timers = new TurnTimers(this.#deps.time);
    const following: Following = { emit, timers, settle: resolve, isStopAsked: false, error: null, stopWaiting() {} };
    const held = mergeDeltas(this.#held.splice(0));
    this.#following = following;
    if (this.#lost > 0) {
      const text = `The agent did ${this.#lost} more things by itself, which were too many to keep.`;
      held.push({ type: "notice", level: "warning", text });
    }
    this.#lost = 0;
    this.#waitForQuiet(following);
    void this.#emit(following, held);
    return promise;
  }

  /** Asks opencode to stop the turn; another call asks again. */
  async stop(): Promise<void> {
    const following = this.#following;
    if (following === null) return;
    const { fenceMs, onFenced } = this.#deps;
    if (!following.isStopAsked) {
      following.timers.after(fenceMs, () => {
        this.#end(following, { ...STOPPED, evidence: { message: "opencode did not stop when asked, and was cut off." } });
        onFenced();
      });
    }
    following.isStopAsked = true;
    this.#waitForQuiet(following);
    await this.#abort();
  }

  /** Sends an answer to opencode. Rejects if that fails. */
  async answer(permissionId: string, optionId: string | null): Promise<void> {
    const { reply, events, undo } = this.#translator.asks.answer(permissionId, optionId);
    if (this.#following) void this.#emit(this.#following, events);
    if (reply !== null) {
      await tellAnswer(this.#deps.client, this.#deps.directory, reply).catch((error: unknown) => {
        undo();
        throw error;
      });
    }
    if (this.#following) this.#waitForQuiet(this.#following);
  }

  /** Ends the turn for a reason outside opencode. */
  interrupt(cause: "daemon_shutdown" | "agent_exit", evidence: TurnEnd["evidence"]): void {
    if (this.#following) this.#end(this.#following, { state: "interrupted", cause, evidence });
  }

  /** Ends the turn and opencode's work on it, and drops what is held: nobody will be asked its questions. */
  async close(): Promise<void> {
    const isFollowed = this.#following !== null;
    this.interrupt("daemon_shutdown", null);
    for (const refusal of this.#translator.asks.toRefusals()) void refuse(this.#deps, refusal);
    this.#held = [];
    this.#isMuted = true;
    if (isFollowed) await this.#abort();
  }

  async #abort(): Promise<void> {
    const { client, fenceMs, logger, sessionId } = this.#deps;
    await client
      .abort(this.#deps, fenceMs)
      .catch((error: unknown) => logger.warn({ err: error, sessionId }, "opencode could not be asked to stop"));
  }

  #hold(events: readonly AgentEvent[]): void {
    const hadNone = this.#held.length === 0;
    if (hadNone && !events.some(({ type }) => ACTIVITY.has(type))) return;
    for (const event of events) {
      if (this.#held.length >= MERGE_AT && this.#held.length % MERGE_AT === 0) this.#held = mergeDeltas(this.#held);
      if (this.#held.length < MAX_HELD) this.#held.push(event);
      else this.#lost += 1;
    }
    if (hadNone) this.#onBegan();
  }

  #waitForQuiet(following: Following): void {
    following.stopWaiting();
    // No time limit applies while a person is asked.
    if (this.#translator.asks.isAnyOpen && !following.isStopAsked) return;
    const openCalls = this.#translator.isToolRunning ? 1 : 0;
    const linger = decideLinger({ isOwn: true, isStopAsked: following.isStopAsked, isStoppedElsewhere: false, openCalls });
    following.stopWaiting = following.timers.after(linger?.quietMs ?? 0, () => void this.#endIfIdle(following));
  }

  async #endIfIdle(following: Following): Promise<void> {
    const { client, directory, sessionId } = this.#deps;
    // A server that does not answer is watched elsewhere.
    const statuses = await client.readStatuses(directory).catch(() => null);
    if (this.#following !== following) return;
    if (statuses === null || (statuses[sessionId]?.type ?? "idle") !== "idle") return this.#waitForQuiet(following);
    const { error, isStopAsked } = following;
    if (isStopAsked) return this.#end(following, STOPPED);
    if (error === null) return this.#end(following, { state: "completed", cause: null, evidence: null });
    const { message, name } = error;
    const isAbort = name === "MessageAbortedError";
    this.#end(following, toTurnEnd({ kind: "ended", how: "failed", error: { isAbort, message } }, new Map([[message, error]])));
  }

  #end(following: Following, end: TurnEndReason): void {
    if (this.#following !== following) return;
    if (end.cause !== "agent_exit") for (const refusal of this.#translator.asks.toRefusals()) void refuse(this.#deps, refusal);
    void this.#emit(following, this.#translator.settle());
    this.#following = null;
    following.timers.end();
    const { usage, model } = this.#translator;
    this.continueAfter(this.#translator, end);
    following.settle({ ...end, usage, model: model ?? "" });
  }

  #emit({ emit }: Following, events: readonly AgentEvent[]): void | Promise<void> {
    let room: void | Promise<void> = undefined;
    for (const event of events) room = emit(event) ?? room;
    return room;
  }
}
