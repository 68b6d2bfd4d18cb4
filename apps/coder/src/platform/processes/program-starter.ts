import { fork, type ChildProcess } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { identifyProcess, killTree } from "./process-tree.ts";
import { launchPlainly } from "./launch.ts";
import { startBy, type OnOutput, type Program, type StartedProgram, type StartProgram } from "./program.ts";
import type { ProgramExit } from "./supervised-child.ts";
import type { StarterOrder, StarterReport } from "./starter-message.ts";

export interface ProgramStarterInput {
  /** What its process sees of the environment; programs get their own. */
  env: Readonly<Record<string, string>>;
  /** Whenever its process has ended by itself. */
  onDied?: ((exit: ProgramExit) => void) | undefined;
}

interface Order {
  program: Program;
  onOutput: OnOutput;
  resolve(started: StartedProgram): void;
  reject(error: unknown): void;
  /** Once it has started. */
  running: { pid: number; readStartTime(): Promise<string>; end(exit: ProgramExit): void } | null;
}

const MAIN = new URL("program-starter-main.ts", import.meta.url);
const MOST_DEATHS = 3;
const startPlainly = startBy(launchPlainly);

/**
 * Starts programs from a small process of its own. To start one from the daemon costs, and holds up everything else for, the time in which
 * the kernel copies the daemon's page tables: about 4 ms for each 100 MB. From a small process it is less than one.
 *
 * Until that process is ready, and where it died too often, programs are started by the daemon itself. When it dies, what it started is
 * ended and told as such; what it had not said to have started is started again.
 */
export class ProgramStarter {
  readonly #input: ProgramStarterInput;
  readonly #orders = new Map<number, Order>();
  #process: ChildProcess | null = null;
  #isReady = false;
  #ready = Promise.withResolvers<void>();
  #isClosed = false;
  #deaths = 0;
  #lastId = 0;

  constructor(input: ProgramStarterInput) {
    this.#input = input;
    this.#begin();
  }

  /** The process that starts them; null while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Resolves when programs are started by its process, or when it is clear that they never will be. */
  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  /** As a {@link StartProgram} does. */
  readonly start: StartProgram = (program, onOutput) => {
    if (!this.#process || !this.#isReady || !this.#process.connected) return startPlainly(program, onOutput);
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<StartedProgram>();
    this.#orders.set(id, { program, onOutput, resolve, reject, running: null });
    const order: StarterOrder = { id, program };
    // Where it cannot be told any more, its end tells what becomes of the order.
    this.#process.send(order, undefined, undefined, () => {});
    return promise;
  };

  /** Ends its process; what that started goes on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const child = this.#process;
    if (!child) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    child.once("exit", () => resolve());
    if (child.connected) child.disconnect();
    else child.kill("SIGKILL");
    await promise;
  }

  #begin(): void {
    const child = this.#fork();
    this.#process = child;
    if (!child) return this.#ready.resolve();
    child.on("message", (report: StarterReport) => this.#hear(report));
    child.on("error", () => this.#lose(child, { exitCode: null, signal: null }));
    child.on("exit", (exitCode, signal) => this.#lose(child, { exitCode, signal }));
  }

  /** Null where there is no room for one more process or file just now. */
  #fork(): ChildProcess | null {
    const cache = getCompileCacheDir();
    try {
      return fork(MAIN, [], {
        cwd: "/",
        // In a session of its own: Ctrl+C in a terminal is the daemon's to answer.
        detached: true,
        env: { ...this.#input.env, ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }) },
        execArgv: [],
        serialization: "advanced",
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
    } catch {
      return null;
    }
  }

  #hear(report: StarterReport): void {
    if (report.kind === "ready") {
      this.#isReady = true;
      this.#ready.resolve();
      return;
    }
    const order = this.#orders.get(report.id);
    if (!order) return;
    if (report.kind === "output") order.onOutput(report.stream, report.chunk);
    else if (report.kind === "started") this.#noteStarted(order, report);
    else {
      this.#orders.delete(report.id);
      if (report.kind === "ended") order.running?.end(report.exit);
      else order.reject(Object.assign(new Error(report.message), { code: report.code }));
    }
  }

  #noteStarted(order: Order, { pid, startTime }: { pid: number; startTime: string }): void {
    const { promise: ended, resolve } = Promise.withResolvers<ProgramExit>();
    let hasEnded = false;
    const end = (exit: ProgramExit) => {
      hasEnded = true;
      resolve(exit);
    };
    const read = async () => startTime || (hasEnded ? "" : ((await identifyProcess(pid))?.startTime ?? ""));
    order.running = { pid, readStartTime: read, end };
    order.resolve({ pid, readStartTime: read, ended, release: () => {} });
  }

  #lose(child: ChildProcess, exit: ProgramExit): void {
    if (this.#process !== child) return;
    this.#process = null;
    this.#isReady = false;
    this.#ready = Promise.withResolvers<void>();
    const orders = [...this.#orders.values()];
    this.#orders.clear();
    for (const order of orders) void settle(order);
    if (this.#isClosed) return;
    this.#input.onDied?.(exit);
    if (++this.#deaths < MOST_DEATHS) this.#begin();
    else this.#ready.resolve();
  }
}

/** What becomes of a program whose starter died. */
async function settle({ program, onOutput, resolve, reject, running }: Order): Promise<void> {
  if (running === null) {
    await startPlainly(program, onOutput).then(resolve, reject);
    return;
  }
  // What it still writes is read by nobody: better an end that shows than half an answer.
  await killTree(running.pid, await running.readStartTime(), { graceMs: 0 });
  running.end({ exitCode: null, signal: "SIGKILL" });
}
