import { findAgentSession } from "@boocode/db/stores/agent-session-store";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { Task, TaskCause, TaskStep } from "@boocode/shared/tasks/task";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { AgentPool, Lease } from "../../agents/agent-pool.ts";
import type { BackgroundProcesses } from "../../agents/background-processes.ts";
import type { PermissionDesk } from "../../agents/permission-desk.ts";
import type { TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { Feed } from "../../feed/feed.ts";
import { pause } from "../../platform/time.ts";
import { CaptureDuring } from "./capture-during.ts";
import { collectTurn } from "./collect-turn.ts";
import { describeFailure } from "./describe-failure.ts";
import { endTask, recordLateTerminal, type EndTaskInput, type TaskEnd } from "./end-task.ts";
import { EventRecorder } from "./event-recorder.ts";
import { foldTask } from "./fold-task.ts";
import { InterruptLadder } from "./interrupt-ladder.ts";
import { retryWrite } from "../../platform/retry-write.ts";
import {
  type CaptureChanges,
  countChanged,
  type TaskDeps,
  type TaskWorktrees,
  toCheckpointEvent,
  type WorktreeGuard,
} from "./run-ports.ts";
import { awaitBoth, prepareRun, type Preparation, storeBefore } from "./prepare-run.ts";
import { RunStep } from "./run-step.ts";
import { startTask, type StartedTask } from "./start-task.ts";
import { toTaskEnd, type StopReason, type TurnOutcome } from "./to-task-end.ts";

export interface RunDeps extends TaskDeps {
  feed: Pick<Feed, "changed">;
  pool: AgentPool;
  worktrees: TaskWorktrees;
  guard: WorktreeGuard;
  captureChanges: CaptureChanges;
  permissions: PermissionDesk;
  background: Pick<BackgroundProcesses, "begin" | "end">;
}

/** How long to wait for a turn's end to be reported after its process is gone. */
const LAST_WORDS_MS = 500;
/** How many attempts are made to store an end that fails for a reason other than the disk. */
const MAX_END_ATTEMPTS = 3;

/** Runs one task from queued to ended. Create one per task and run it once. */
export class TaskRun {
  readonly task: Task;
  readonly #deps: RunDeps;
  readonly #recorder: EventRecorder;
  readonly #abandoned = new AbortController();
  readonly #step: RunStep;
  #stop: StopReason | null = null;
  #ladder: InterruptLadder | null = null;
  #started: StartedTask | null = null;
  #lease: Lease | null = null;
  #isGone = false;
  #unwatch: () => void = () => {};
  /** The cause to record if the current step fails without giving one. */
  #blame: TaskCause = "worktree_failed";

  constructor(deps: RunDeps, task: Task) {
    this.#deps = deps;
    this.task = task;
    this.#recorder = new EventRecorder(deps, task);
    this.#step = new RunStep(deps, task);
  }

  /** What the task is doing before its turn begins; null otherwise. */
  get step(): TaskStep | null {
    return this.#step.current;
  }

  /** Resolves when the task has ended, or has returned to the queue because the daemon is shutting down. Never rejects. */
  async run(): Promise<void> {
    try {
      await this.#carryOut();
    } finally {
      this.#unwatch();
    }
  }

  async #carryOut(): Promise<void> {
    let worktree: Worktree | null = null;
    let before: Checkpoint | null = null;
    let preparation: Preparation | null = null;
    let during: CaptureDuring | null = null;
    let ending: { end: TaskEnd; isFenced: boolean };
    try {
      this.#step.set("worktree");
      worktree = await this.#deps.worktrees.ensure(this.task.sessionId);
      this.#unwatch = this.#deps.guard.watch(worktree, () => this.stop("worktree_gone"));
      preparation = prepareRun({ ...this.#deps, step: this.#step }, this.task, worktree);
      const isHeldBack = worktree.setUpAt !== null && this.task.kind !== "agent" && this.#deps.pool.waitsToAct(this.task.agent);
      // Any other agent is opened only afterwards: what its program writes at startup is not the person's.
      if (!isHeldBack) before = await awaitBoth(preparation);
      this.#lease = await this.#acquire(worktree, await preparation.projectTrusted);
      this.#started = await this.#start(this.#lease, worktree, before);
      if (this.#started === null) return this.#giveBack(false);
      const mayAct = before === null ? this.#noteBefore(preparation, this.#lease) : undefined;
      during = new CaptureDuring(this.#deps, { task: this.task, worktree, before: preparation.before, recorder: this.#recorder });
      ending = await this.#converse(this.#lease, this.#started, { during, mayAct, folder: worktree.path });
      this.#blame = "worktree_failed";
      before ??= await preparation.before;
      await mayAct;
    } catch (error) {
      // A task that never started runs after the daemon's next start.
      if (this.#started === null && this.#stop === "shutdown") return this.#giveBack(false);
      ending = { end: this.#failure(error), isFenced: this.#started !== null };
    } finally {
      this.#step.set(null);
      await preparation?.settled;
      await during?.close();
    }
    await this.#closeQuestions();
    const told: ChatEventBody[] = [];
    // Before the worktree is read: anything a stopped turn's command still writes is attributed to its agent, and nothing may write
    // afterwards.
    if (this.#started) told.push(...(await this.#endLeft()));
    if (this.#started && worktree && before) {
      const { namedPaths } = this.#recorder;
      const collected = await collectTurn(this.#deps, { task: this.task, worktree, before, namedPaths, end: ending.end });
      ending.end = collected.end;
      told.push(...collected.told);
    }
    await this.#end(ending, told);
    // An agent whose folder is gone has no valid working directory, whatever it reports.
    this.#giveBack(ending.isFenced || this.#stop === "worktree_gone");
    if (this.#started) await foldTask(this.#deps, this.task);
  }

  /** Asks the turn to end. Before it starts there is nothing to ask: a task that is no longer queued does not start. */
  stop(reason: StopReason): void {
    if (this.#stop !== "person" && (reason !== "flood" || this.#stop === null)) this.#stop = reason;
    this.#ladder?.climb(reason === "person" ? "patient" : "hurried");
    // An agent that is held back by the disk could not end.
    if (this.#ladder) this.#recorder.hurry();
    // After the cancel, so that the agent does not take a cancelled question as permission to continue.
    if (this.#ladder) this.#deps.permissions.stop(this.task.id);
  }

  /** Stops waiting for a disk that refuses writes, because the daemon is shutting down. */
  abandon(): void {
    this.#abandoned.abort();
    this.#recorder.abandon();
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
    return this.#deps.pool.acquire({ chatId, agent, sessionId, worktree, projectTrusted, model, record });
  }

  async #start(lease: Lease, worktree: Worktree, before: Checkpoint | null): Promise<StartedTask | null> {
    this.#blame = "internal";
    // The daemon is shutting down: a task that has not started stays queued.
    if (this.#stop === "shutdown") return null;
    const input = { lease, worktree, before: before === null ? [] : [toCheckpointEvent("before", before)] };
    // If it was stopped while the disk refused writes, it never starts.
    return this.#write(async () => (this.#stop === "person" ? null : startTask(this.#deps, this.task.id, input)));
  }

  async #converse(
    { conversation }: Lease,
    { task, generation }: StartedTask,
    { during, mayAct, folder }: { during: CaptureDuring; mayAct: Promise<void> | undefined; folder: string },
  ): Promise<{ end: TaskEnd; isFenced: boolean }> {
    this.#step.set(null);
    this.#blame = "agent_error";
    const recorder = this.#recorder;
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
      during.note(event);
      return recorder.record(event);
    };
    const turn = Promise.resolve().then(() => {
      if (task.kind !== "agent") return conversation.prompt({ taskId, generation, text, model, mode, emit, ...(mayAct && { mayAct }) });
      if (!conversation.follow) throw new Error("This agent does not work without a prompt");
      return conversation.follow({ taskId, generation, emit });
    });
    const outcome = await Promise.race<TurnOutcome>([
      turn.then(
        (end) => ({ kind: "ended", end }),
        (error: unknown) => ({ kind: "threw", error }),
      ),
      ladder.gaveUp.then(() => ({ kind: "gave_up" })),
      died.then(() => ({ kind: "died" })),
      recorder.broken,
    ]).finally(() => ladder.stop());
    const stop = this.#stop;
    const isFenced = outcome.kind === "gave_up" || outcome.kind === "died";
    if (isFenced) this.#expectLate(turn, generation);
    this.#blame = "storage_failed";
    await recorder.close();
    const end = toTaskEnd(outcome, stop, recorder.lastType);
    return { end: { ...end, usage: end.usage ?? recorder.lastUsage }, isFenced: isFenced || outcome.kind === "threw" };
  }

  /** Ends the turn's remaining processes if the turn was stopped; otherwise they continue in the background. */
  async #endLeft(): Promise<ChatEventBody[]> {
    const { id: taskId, chatId, sessionId } = this.task;
    // A daemon that is shutting down ends all processes a little later.
    const isStopped = this.#stop !== null && this.#stop !== "shutdown";
    const ended = await this.#deps.background.end({ taskId, chatId, sessionId }, isStopped);
    if (ended.length === 0) return [];
    return [{ type: "notice", level: "info", text: `Ended with the turn: ${ended.join(" · ")}`.slice(0, 4_000) }];
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
    const isCrashed = isFenced || (this.#isGone && end.state === "failed");
    const status = isCrashed ? "crashed" : this.#isGone ? "closed" : "idle";
    return { turn: { generation: this.#started.generation, status, agentSessionId, continuity, isFenced } };
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

  #expectLate(turn: Promise<TurnEnd>, generation: number): void {
    turn
      .then(
        ({ state }) => state,
        () => "failed",
      )
      .then((state) => recordLateTerminal(this.#deps, this.task, generation, state))
      .catch((error: unknown) => this.#deps.logger.warn({ err: error, taskId: this.task.id }, "A late end could not be recorded"));
  }

  #giveBack(isSpoiled: boolean): void {
    if (!this.#lease) return;
    if (isSpoiled) this.#deps.pool.discard(this.#lease);
    else this.#deps.pool.release(this.#lease);
  }

  #failure(error: unknown): TaskEnd {
    this.#deps.logger.error({ err: error, taskId: this.task.id, step: this.#blame }, "A task failed");
    const { cause, evidence } = describeFailure(error, this.#blame);
    const { lastType, lastUsage } = this.#recorder;
    const end: TaskEnd = { state: "failed", cause, evidence, usage: lastUsage, model: "" };
    return lastType === null ? end : { ...end, evidence: { ...evidence, lastEvent: lastType } };
  }

  #write<T>(write: () => Promise<T>): Promise<T> {
    const { time, logger } = this.#deps;
    const onStalled = (error: Error, attempt: number) => {
      if (attempt === 0) logger.error({ err: error, taskId: this.task.id }, "A task is waiting for the disk");
    };
    return retryWrite({ time, onStalled, signal: this.#abandoned.signal }, write);
  }
}
