import { listOpenTasks } from "@boocode/db/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId, TaskId } from "@boocode/shared/ids";
import { decideDispatch } from "@boocode/shared/tasks/decide-dispatch";
import type { Task } from "@boocode/shared/tasks/task";
import { pause } from "../platform/time.ts";
import { interruptTask } from "./interrupt-task.ts";
import { TaskRun, type RunDeps } from "./run-task.ts";

/** How long running turns have to settle when the daemon leaves. */
const CLOSE_MS = 4_000;
const LOOK_AGAIN_MS = 1_000;

/**
 * Starts queued tasks when their turn comes: one at a time in a session, in order of acceptance, sessions side by side.
 * The queue is the database, read afresh at every look; what is held here are only the runs under way.
 */
export class Dispatcher {
  readonly #deps: RunDeps;
  readonly #runs = new Map<SessionId, { run: TaskRun; done: Promise<void> }>();
  /** Every task ever started here that is still open: none is started twice, whatever became of its run. */
  readonly #taken = new Set<TaskId>();
  #looking: Promise<void> | null = null;
  #isAskedAgain = false;
  #closing: Promise<void> | null = null;

  constructor(deps: RunDeps) {
    this.#deps = deps;
  }

  /** Throws `shutting_down` once the daemon leaves: call it before accepting work. */
  requireOpen(): void {
    if (this.#closing) throw new DomainError({ kind: "shutting_down" });
  }

  /** Sessions with a task under way, for the health report. */
  get runningCount(): number {
    return this.#runs.size;
  }

  /** Looks at the queue, soon. Call it after every change of a task. */
  wake(): void {
    if (this.#closing) return;
    if (this.#looking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#looking = this.#lookUntilQuiet().finally(() => (this.#looking = null));
  }

  /**
   * Asks the run of a task to stop; false where nothing here runs it. One that waits in the queue is not started any more, whether or
   * not its end can be stored.
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

  /** Resolves when nothing runs and nothing that waits could start. */
  async settle(): Promise<void> {
    while (this.#looking || this.#runs.size > 0) {
      await this.#looking;
      await Promise.all([...this.#runs.values()].map(({ done }) => done));
    }
  }

  /** Starts nothing more and interrupts what runs, within five seconds. What is queued stays queued. */
  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    // Set before anything reacts to the stop, so that no run that ends lets the next one start.
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
      // A cancelled task may be gone from the queue while its run still holds the worktree.
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
      this.#deps.logger.error({ err: error, taskId }, "A run broke off");
    }
    this.#runs.delete(sessionId);
    this.wake();
  }
}
