import { listOpenTasks } from "@boocode/db/stores/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId, TaskId } from "@boocode/shared/ids";
import { decideDispatch } from "@boocode/shared/tasks/decide-dispatch";
import type { Task, TaskStep } from "@boocode/shared/tasks/task";
import { pause } from "../platform/time.ts";
import { interruptTask } from "./interrupt-task.ts";
import { TaskRun, type RunDeps } from "./run/run-task.ts";

/** How long running turns may take to settle when the daemon shuts down. */
const CLOSE_MS = 4_000;
const LOOK_AGAIN_MS = 1_000;

/**
 * Starts queued tasks: one at a time per session, in order of acceptance, with sessions running in parallel.
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

  /** Stops a session's turn in a hurry, because its worktree is about to go; resolves when nothing of the session runs here. */
  async settleSession(sessionId: SessionId): Promise<void> {
    const running = this.#runs.get(sessionId);
    running?.run.stop("worktree_gone");
    await running?.done;
  }

  /** Returns what a task is doing before its turn begins; null if it waits, runs or has ended. */
  stepOf(taskId: TaskId): TaskStep | null {
    for (const { run } of this.#runs.values()) if (run.task.id === taskId) return run.step;
    return null;
  }

  /** Resolves when nothing is running and no queued task can start. */
  async settle(): Promise<void> {
    while (this.#looking || this.#runs.size > 0) {
      await this.#looking;
      await Promise.all([...this.#runs.values()].map(({ done }) => done));
    }
  }

  /** Starts no further tasks and interrupts running ones within five seconds. Queued tasks stay queued. */
  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    // Set before anything reacts to the stop, so that a run that ends does not start the next one.
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closing = promise;
    void this.#interruptAll().finally(resolve);
    return promise;
  }

  async #interruptAll(): Promise<void> {
    for (const { run } of this.#runs.values()) run.stop("shutdown");
    const settled = (async () => {
      await this.#looking;
      await Promise.all([...this.#runs.values()].map(({ done }) => done));
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
    for (const id of decideDispatch(open).start) {
      const task = byId.get(id);
      // A cancelled task can have left the queue while its run still holds the worktree.
      if (task && !this.#taken.has(id) && !this.#runs.has(task.sessionId)) this.#start(task);
    }
  }

  #start(task: Task): void {
    this.#taken.add(task.id);
    const run = new TaskRun(this.#deps, task);
    this.#runs.set(task.sessionId, { run, done: this.#carryOut(run) });
  }

  async #carryOut(run: TaskRun): Promise<void> {
    const { id: taskId, sessionId } = run.task;
    try {
      await run.run();
    } catch (error) {
      this.#deps.logger.error({ err: error, taskId }, "A run failed unexpectedly");
    }
    this.#runs.delete(sessionId);
    this.wake();
  }
}
