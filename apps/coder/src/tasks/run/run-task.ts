import { findAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { AgentSessionRecord } from "@boocode/shared/agents/agent-session-record";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { Task, TaskCause, TaskStep } from "@boocode/shared/tasks/task";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Lease } from "../../agents/pool/live.ts";
import { pause } from "../../platform/time.ts";
import { CaptureDuring } from "./capture-during.ts";
import { collectTurn } from "./collect-turn.ts";
import { describeFailure } from "./describe-failure.ts";
import { endLeft } from "./end-left.ts";
import { endTask, type EndTaskInput, type TaskEnd } from "./end-task.ts";
import { EventRecorder } from "./event-recorder.ts";
import { expectLate } from "./expect-late.ts";
import { InterruptLadder } from "./interrupt-ladder.ts";
import { retryWrite } from "../../platform/retry-write.ts";
import { countChanged, toCheckpointEvent } from "./run-ports.ts";
import { awaitBoth, prepareRun, type Preparation, storeBefore } from "./prepare-run.ts";
import type { RunDeps } from "./run-deps.ts";
import { RunStep } from "./run-step.ts";
import { startTask, type StartedTask } from "./start-task.ts";
import { TurnHandoff } from "./prompt/turn-handoff.ts";
import { TurnSteering, type TurnSteeringDeps } from "./prompt/turn-steering.ts";
import { noteLimit } from "./note-limit.ts";
import { toTaskEnd, type StopReason, type TurnOutcome } from "./to-task-end.ts";

/** How long to wait for a turn's end to be reported after its process is gone. */
const LAST_WORDS_MS = 500;
/** How many attempts are made to store an end that fails for a reason other than the disk. */
const MAX_END_ATTEMPTS = 3;

/** Runs one task from queued to ended. Create one per task and run it once. */
export class TaskRun {
  readonly task: Task;
  readonly #deps: RunDeps & Pick<TurnSteeringDeps, "wake">;
  readonly recorder: EventRecorder;
  readonly #abandoned = new AbortController();
  readonly #step: RunStep;
  steering: TurnSteering | null = null;
  /** Captures what the turn has changed so far; null before it begins. */
  during: CaptureDuring | null = null;
  readonly #handoff: TurnHandoff;
  #stop: StopReason | null = null;
  #ladder: InterruptLadder | null = null;
  #started: StartedTask | null = null;
  #lease: Lease | null = null;
  #record: AgentSessionRecord | null = null;
  #isGone = false;
  #unwatch: () => void = () => {};
  /** The cause to record if the current step fails without giving one. */
  #blame: TaskCause = "worktree_failed";

  constructor(deps: RunDeps & Pick<TurnSteeringDeps, "wake">, task: Task) {
    this.#deps = deps;
    this.task = task;
    this.recorder = new EventRecorder(deps, task);
    this.#step = new RunStep(deps, task);
    this.#handoff = new TurnHandoff(deps, task);
  }

  /** What the task is doing before its turn begins; null otherwise. */
  get step(): TaskStep | null {
    return this.#step.current;
  }

  /** True if the run is over and its task is in the queue again. */
  get wasPutBack(): boolean {
    return this.#started === null && this.#staysQueued;
  }

  /** True once the task's turn has begun, so that it has events of its own. */
  get hasBegun(): boolean {
    return this.#started !== null;
  }

  /** Resolves when the task has ended, or has returned to the queue because the daemon is shutting down or another goes first. Never rejects. */
  async run(): Promise<void> {
    await this.#carryOut().finally(() => this.#unwatch());
  }

  async #carryOut(): Promise<void> {
    let worktree: Worktree | null = null;
    let before: Checkpoint | null = null;
    let preparation: Preparation | null = null;
    let ending: { end: TaskEnd; isFenced: boolean };
    try {
      this.#step.set("worktree");
      worktree = await this.#deps.worktrees.ensure(this.task.sessionId);
      this.#unwatch = this.#deps.guard.watch(worktree, () => this.stop("worktree_gone"));
      preparation = prepareRun({ ...this.#deps, step: this.#step }, this.task, worktree);
      const isHeldBack = worktree.setUpAt !== null && this.task.kind !== "agent" && this.#deps.pool.waitsToAct(this.task.agent);
      // Any other agent is opened only afterwards: what its program writes at startup is not the person's.
      if (!isHeldBack) before = await awaitBoth(preparation);
      const projectTrusted = await preparation.projectTrusted;
      await this.#handoff.readPrompt(this.task, { worktree, projectTrusted });
      this.#lease = await this.#acquire(worktree, projectTrusted);
      this.#started = await this.#start(this.#lease, { worktree, projectTrusted, before });
      if (this.#started === null) return this.#giveBack(false);
      const mayAct = before === null ? this.#noteBefore(preparation, this.#lease) : undefined;
      const { task, recorder } = this;
      this.during = new CaptureDuring(this.#deps, { task, worktree, before: preparation.before, recorder });
      ending = await this.#converse(this.#lease, this.#started, { mayAct, folder: worktree.path });
      this.#blame = "worktree_failed";
      before ??= await preparation.before;
      await mayAct;
    } catch (error) {
      if (this.#started === null && this.#staysQueued) return this.#giveBack(false);
      ending = { end: this.#failure(error), isFenced: this.#started !== null };
    } finally {
      this.#step.set(null);
      await preparation?.settled;
      await this.during?.close();
    }
    await this.#closeQuestions();
    const told: ChatEventBody[] = [];
    // Before the worktree is read: anything a stopped turn's command still writes is attributed to its agent, and nothing may write
    // afterwards.
    if (this.#started) told.push(...(await endLeft(this.#deps, this.task, this.#stop)));
    if (this.#started && worktree && before) {
      const { namedPaths } = this.recorder;
      const collected = await collectTurn(this.#deps, { task: this.task, worktree, before, namedPaths, end: ending.end });
      ending.end = collected.end;
      told.push(...collected.told);
    }
    await this.#end(ending, told);
    // An agent whose folder is gone has no valid working directory, whatever it reports.
    this.#giveBack(ending.isFenced || this.#stop === "worktree_gone");
  }

  /** True if a task that has not started goes back to the queue: it runs later, or after the daemon's next start. */
  get #staysQueued(): boolean {
    return this.#stop === "shutdown" || this.#stop === "give_way";
  }

  /** Asks the turn to end. Before it starts there is nothing to ask: a task that is no longer queued does not start. */
  stop(reason: StopReason): void {
    if (this.#stop !== "person" && (reason !== "flood" || this.#stop === null)) this.#stop = reason;
    this.#ladder?.climb(reason === "person" || reason === "give_way" ? "patient" : "hurried");
    // An agent that is held back by the disk could not end.
    if (this.#ladder) this.recorder.hurry();
    // After the cancel, so that the agent does not take a cancelled question as permission to continue.
    if (this.#ladder) this.#deps.permissions.stop(this.task.id);
  }

  /** Stops waiting for a disk that refuses writes, because the daemon is shutting down. */
  abandon(): void {
    this.#abandoned.abort();
    this.recorder.abandon();
  }

  /**
   * Stores the checkpoint of a turn that began beside it. The agent may act once this resolves: after a crash before that, nothing in the
   * worktree is the agent's. Cancels the turn if there is no checkpoint.
   */
  #noteBefore({ before }: Preparation, { conversation }: Lease): Promise<void> {
    const noting = before.then((checkpoint) => this.#write(() => storeBefore(this.#deps, this.task, checkpoint)));
    noting.catch(() => conversation.cancel());
    return noting;
  }

  async #acquire(worktree: Worktree, projectTrusted: boolean): Promise<Lease> {
    this.#step.set("agent");
    this.#blame = "agent_unavailable";
    const { chatId, agent, sessionId, model } = this.task;
    const record = await findAgentSession(this.#deps.db.read, chatId, agent);
    this.#record = record;
    return this.#deps.pool.acquire({ chatId, agent, sessionId, worktree, projectTrusted, model, record });
  }

  async #start(
    lease: Lease,
    { worktree, projectTrusted, before }: { worktree: Worktree; projectTrusted: boolean; before: Checkpoint | null },
  ): Promise<StartedTask | null> {
    this.#blame = "internal";
    for (;;) {
      if (this.#staysQueued) return null;
      const handoff = await this.#handoff.prepare(this.#record, lease.conversation);
      const { told, prompt } = this.#handoff;
      const input = { lease, worktree, before: before === null ? [] : [toCheckpointEvent("before", before)], handoff, told, prompt };
      // If it was stopped while the disk refused writes, it never starts.
      const started = await this.#write(async () =>
        this.#stop === "person" || this.#stop === "give_way" ? null : startTask(this.#deps, this.task, input),
      );
      if (started === null || !("editedTo" in started)) return started;
      await this.#handoff.readPrompt(started.editedTo, { worktree, projectTrusted });
    }
  }

  async #converse(
    { conversation }: Lease,
    { task, generation }: StartedTask,
    { mayAct, folder }: { mayAct: Promise<void> | undefined; folder: string },
  ): Promise<{ end: TaskEnd; isFenced: boolean }> {
    this.#step.set(null);
    this.#blame = "agent_error";
    const recorder = this.recorder;
    const ladder = new InterruptLadder(conversation, this.#deps.time, this.#deps.logger);
    this.#ladder = ladder;
    this.#deps.permissions.open(task, conversation);
    if (this.#stop) this.stop(this.#stop);
    void recorder.flooded.then(() => this.stop("flood"));
    const died = conversation.closed.then(() => {
      this.#isGone = true;
      return pause(this.#deps.time, LAST_WORDS_MS);
    });
    const { id: taskId, chatId, sessionId, text, model, mode } = task;
    this.#deps.background.begin({ taskId, chatId, sessionId, folder, agentSessionId: conversation.agentSessionId });
    // Called inside a promise, so that a backend that throws synchronously counts as one that rejects.
    const emit = (event: AgentEvent) => {
      this.during?.note(event);
      return recorder.record(event);
    };
    const turn = Promise.resolve().then(() => {
      const told = this.#handoff.toPrompt();
      if (task.kind !== "agent")
        return conversation.prompt({ taskId, generation, text, ...told, model, mode, emit, ...(mayAct && { mayAct }) });
      if (!conversation.follow) throw new Error("This agent does not work without a prompt");
      return conversation.follow({ taskId, generation, emit });
    });
    this.steering = new TurnSteering(this.#deps, { task, conversation, flush: () => recorder.flush() });
    void this.steering.look();
    const outcome = await Promise.race<TurnOutcome>([
      turn.then(
        (end) => ({ kind: "ended", end }),
        (error: unknown) => ({ kind: "threw", error }),
      ),
      ladder.gaveUp.then(() => ({ kind: "gave_up" })),
      died.then(() => ({ kind: "died" })),
      recorder.broken,
    ]).finally(() => ladder.stop());
    this.steering = null;
    const stop = this.#stop;
    const isFenced = outcome.kind === "gave_up" || outcome.kind === "died";
    if (isFenced) expectLate(this.#deps, this.task, generation, turn);
    this.#blame = "storage_failed";
    await recorder.close();
    const said = { agent: task.agent, lastWords: this.#lease?.backend === "native" ? null : recorder.lastWords, prompt: text };
    const end = noteLimit(toTaskEnd(outcome, stop, recorder.lastType, ladder.hasClosed), { now: this.#deps.time.now(), ...said });
    return { end: { ...end, usage: end.usage ?? recorder.lastUsage }, isFenced: isFenced || outcome.kind === "threw" || ladder.hasClosed };
  }

  async #end({ end, isFenced }: { end: TaskEnd; isFenced: boolean }, told: readonly ChatEventBody[]): Promise<void> {
    let input: EndTaskInput = { taskId: this.task.id, end, before: told, ...countChanged(told), ...this.#turnOf(end, isFenced) };
    for (let attempt = 1; attempt <= MAX_END_ATTEMPTS; attempt++) {
      try {
        await this.#write(() => endTask(this.#deps, input));
        return;
      } catch (error) {
        this.#deps.logger.error({ err: error, taskId: this.task.id, attempt }, "The end of a task could not be stored");
        if (this.#abandoned.signal.aborted) return;
        input = { ...input, before: [] };
      }
    }
  }

  #turnOf(end: TaskEnd, isFenced: boolean): Pick<EndTaskInput, "turn"> {
    if (!this.#started || !this.#lease) return {};
    const { agentSessionId, continuity } = this.#lease.conversation;
    const hasFailed = end.state === "failed" || end.cause === "protocol_error";
    const isCrashed = isFenced || end.cause === "agent_exit" || (this.#isGone && hasFailed);
    const status = isCrashed ? "crashed" : this.#isGone ? "closed" : "idle";
    const hasActed = this.recorder.hasActed || end.state === "completed";
    const { isRetold, isTold } = this.#handoff;
    return { turn: { generation: this.#started.generation, status, agentSessionId, continuity, hasActed, isTold, isRetold, isFenced } };
  }

  /** Settles unanswered questions before the worktree is read, so that no answer arrives for a turn that is over. */
  async #closeQuestions(): Promise<void> {
    try {
      await this.#deps.permissions.close(this.task.id);
    } catch (error) {
      // The transaction that ends the task cancels any that remain.
      this.#deps.logger.warn({ err: error, taskId: this.task.id }, "A turn's open questions could not be cancelled");
    }
  }

  #giveBack(isSpoiled: boolean): void {
    if (!this.#lease) return;
    if (isSpoiled) this.#deps.pool.discard(this.#lease);
    else this.#deps.pool.release(this.#lease);
  }

  #failure(error: unknown): TaskEnd {
    const { lastType, lastUsage } = this.recorder;
    this.#deps.logger.error({ err: error, taskId: this.task.id, step: this.#blame }, "A task failed");
    const { cause, evidence } = describeFailure(error, this.#blame);
    const seen = lastType === null ? evidence : { ...evidence, lastEvent: lastType };
    return { state: "failed", cause, evidence: seen, usage: lastUsage, model: "" };
  }

  #write<T>(write: () => Promise<T>): Promise<T> {
    const { time, logger } = this.#deps;
    const onStalled = (error: Error, attempt: number) => {
      if (attempt === 0) logger.error({ err: error, taskId: this.task.id }, "A task is waiting for the disk");
    };
    return retryWrite({ time, onStalled, signal: this.#abandoned.signal }, write);
  }
}
