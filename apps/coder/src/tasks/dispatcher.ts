import { findTask, listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId, TaskId } from "@boocode/shared/ids";
import { decideDispatch } from "@boocode/shared/tasks/decide-dispatch";
import type { Task, TaskStep } from "@boocode/shared/tasks/task";
import { pause } from "../platform/time.ts";
import { readBudgets, toOverBudget, type RunningUse } from "../usage/read-budgets.ts";
import { forgetUnstarted } from "./forget-unstarted.ts";
import { interruptTask } from "./interrupt-task.ts";
import { foldTask } from "./run/fold-task.ts";
import type { RunDeps } from "./run/run-deps.ts";
import { TaskRun } from "./run/run-task.ts";
import type { TurnSteering } from "./run/prompt/turn-steering.ts";

/** A wait for a time of day looks again at least this often, because the clock may be set and the machine may sleep. */
const CLOCK_MS = 30_000;
/** How long running turns may take to settle when the daemon shuts down. */
const CLOSE_MS = 4_000;
const LOOK_AGAIN_MS = 1_000;

/**
 * Starts queued tasks: one at a time per session, in the order of the queue, with sessions running in parallel.
 *
 * The database is the queue and is read again on every pass; this class holds only the runs in progress.
 */
export class Dispatcher {
  readonly #deps: RunDeps;
  readonly #runs = new Map<SessionId, { run: TaskRun; done: Promise<void> }>();
  /** Every task started here whose end is not stored yet. No task is started twice, whatever happens to its run. */
  readonly #taken = new Set<TaskId>();
  #looking: Promise<void> | null = null;
  #isAskedAgain = false;
  #closing: Promise<void> | null = null;
  /** The folds of ended turns, one after the other. */
  #folding: Promise<void> = Promise.resolve();
  #held: ReadonlySet<SessionId> = new Set();
  #forgetWait: () => void = () => {};

  constructor(deps: RunDeps) {
    this.#deps = deps;
  }

  /** Throws `shutting_down` once the daemon is shutting down. Call it before accepting work. */
  requireOpen(): void {
    if (this.#closing) throw new DomainError({ kind: "shutting_down" });
  }

  /** The number of sessions with a running task, for the health report. */
  get runningCount(): number {
    return this.#runs.size;
  }

  /** Schedules a pass over the queue. Call it after every change to a task. */
  wake(): void {
    if (this.#closing) return;
    if (this.#looking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#looking = this.#lookUntilQuiet().finally(() => (this.#looking = null));
  }

  /**
   * Asks a task's run to stop; returns false if the task is not running here. A queued task will not be started any more, even if its end
   * cannot be stored.
   */
  stop(taskId: TaskId): boolean {
    for (const { run } of this.#runs.values()) {
      if (run.task.id !== taskId) continue;
      run.stop("person");
      return true;
    }
    this.#taken.add(taskId);
    return false;
  }

  /** Lets a prompt run before the one that is being prepared in its session, which goes back to its place in the queue. */
  giveWayTo({ id, sessionId }: Pick<Task, "id" | "sessionId">): void {
    const run = this.#runs.get(sessionId)?.run;
    if (run && run.task.id !== id) run.stop("give_way");
  }

  /** Whether a task's turn runs here and its agent takes words during a turn. */
  canSteer(taskId: TaskId): boolean {
    return this.#steeringOf(taskId)?.isPossible ?? false;
  }

  /** Gives a running turn the words that wait for it. */
  steer(taskId: TaskId): void {
    void this.#steeringOf(taskId)?.look();
  }

  #steeringOf(taskId: TaskId): TurnSteering | null {
    for (const { run } of this.#runs.values()) if (run.task.id === taskId) return run.steering;
    return null;
  }

  /** The tasks that are being prepared or run here. */
  get runningIds(): ReadonlySet<TaskId> {
    return new Set([...this.#runs.values()].map(({ run }) => run.task.id));
  }

  /** The sessions in which a budget holds a prompt until the person decides, as of the last pass. */
  get held(): ReadonlySet<SessionId> {
    return this.#held;
  }

  /** What the turns that run here have reported so far. */
  listRunning(): RunningUse[] {
    return [...this.#runs.values()].map(({ run }) => ({
      taskId: run.task.id,
      sessionId: run.task.sessionId,
      usage: run.recorder.lastUsage,
    }));
  }

  /** Stops a session's turn in a hurry, because its worktree is about to go; resolves when nothing of the session runs here. */
  async settleSession(sessionId: SessionId): Promise<void> {
    const running = this.#runs.get(sessionId);
    running?.run.stop("worktree_gone");
    await running?.done;
    // A fold writes events, too.
    await this.#folding;
  }

  /** Returns what a task is doing before its turn begins; null if it waits, runs or has ended. */
  stepOf(taskId: TaskId): TaskStep | null {
    for (const { run } of this.#runs.values()) if (run.task.id === taskId) return run.step;
    return null;
  }

  /** Captures what a session's running turn has changed so far, within a moment; its pending changes tell. */
  captureSoon(sessionId: SessionId): void {
    this.#runs.get(sessionId)?.run.during?.captureSoon();
  }

  /** Resolves when nothing is running, no queued task can start, and ended turns are folded. */
  async settle(): Promise<void> {
    while (this.#looking || this.#runs.size > 0) {
      await this.#looking;
      await Promise.all([...this.#runs.values()].map(({ done }) => done));
    }
    await this.#folding;
  }

  /** Starts no further tasks and interrupts running ones within five seconds. Queued tasks stay queued. */
  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    // Set before anything reacts to the stop, so that a run that ends does not start the next one.
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closing = promise;
    this.#forgetWait();
    void this.#interruptAll().finally(resolve);
    return promise;
  }

  async #interruptAll(): Promise<void> {
    for (const { run } of this.#runs.values()) run.stop("shutdown");
    const settled = (async () => {
      await this.#looking;
      await Promise.all([...this.#runs.values()].map(({ done }) => done));
      await this.#folding;
    })();
    await Promise.race([settled, pause(this.#deps.time, CLOSE_MS)]);
    const left = [...this.#runs.values()].map(({ run }) => run);
    for (const run of left) run.abandon();
    await Promise.all(left.map((run) => this.#interrupt(run)));
  }

  async #interrupt(run: TaskRun): Promise<void> {
    try {
      await interruptTask(this.#deps, run.task.id, "daemon_shutdown");
    } catch (error) {
      this.#deps.logger.error({ err: error, taskId: run.task.id }, "A running task could not be interrupted");
    }
  }

  async #lookUntilQuiet(): Promise<void> {
    do {
      this.#isAskedAgain = false;
      try {
        await this.#look();
      } catch (error) {
        this.#deps.logger.error({ err: error }, "The queue could not be read");
        this.#deps.time.after(LOOK_AGAIN_MS, () => this.wake());
      }
    } while (this.#isAskedAgain && !this.#closing);
  }

  async #look(): Promise<void> {
    const open = await listOpenTasks(this.#deps.db.read);
    if (this.#closing) return;
    const isOpen = new Set(open.map((task) => task.id));
    for (const id of this.#taken) if (!isOpen.has(id)) this.#taken.delete(id);
    const byId = new Map(open.map((task) => [task.id, task]));
    const now = this.#deps.time.now();
    const waiting = [...new Set(open.filter(({ state }) => state === "queued").map(({ sessionId }) => sessionId))];
    const overBudget = toOverBudget(await readBudgets(this.#deps, waiting, this.listRunning()));
    if (this.#closing) return;
    const { start, waiting: waits, lookAgainAt } = decideDispatch(open, { now, preparing: this.runningIds, overBudget });
    this.#tellHeld(waits.flatMap(({ taskId, reason }) => (reason === "budget" ? (byId.get(taskId) ?? []) : [])));
    this.#forgetWait();
    this.#forgetWait = lookAgainAt === null ? () => {} : this.#deps.time.after(Math.min(lookAgainAt - now, CLOCK_MS), () => this.wake());
    for (const id of start) {
      const task = byId.get(id);
      // A cancelled task can have left the queue while its run still holds the worktree.
      if (task && !this.#taken.has(id) && !this.#runs.has(task.sessionId)) this.#start(task);
    }
  }

  /** Notes which prompts a budget holds, and tells the page of sessions that begin or cease to need the person for it. */
  #tellHeld(tasks: readonly Task[]): void {
    const before = this.#held;
    // A budget holds turns, not words for one that runs.
    this.#held = new Set(tasks.filter(({ steers }) => steers === null).map(({ sessionId }) => sessionId));
    const changed = [...new Set([...before, ...this.#held])].filter((id) => before.has(id) !== this.#held.has(id));
    for (const id of changed) this.#deps.feed.changed({ noun: "sessions", ids: [id], sessionId: id });
  }

  #start(task: Task): void {
    this.#taken.add(task.id);
    const run = new TaskRun({ ...this.#deps, wake: () => this.wake() }, task);
    this.#runs.set(task.sessionId, { run, done: this.#carryOut(run) });
  }

  async #carryOut(run: TaskRun): Promise<void> {
    const { id: taskId, sessionId, kind } = run.task;
    const { db, pool } = this.#deps;
    try {
      await run.run();
      if (kind === "agent") forgetUnstarted(pool, await findTask(db.read, taskId));
    } catch (error) {
      this.#deps.logger.error({ err: error, taskId }, "A run failed unexpectedly");
    }
    this.#runs.delete(sessionId);
    if (run.wasPutBack) this.#taken.delete(taskId);
    this.wake();
    if (run.hasBegun) this.#fold(run.task);
  }

  /** Folds an ended turn, after the pass that starts what waits for it. */
  #fold(task: Task): void {
    this.#folding = this.#folding.then(() => this.#looking).then(() => foldTask(this.#deps, task));
  }
}
