import { fork, type ChildProcess } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { identifyProcess, killTree } from "./process-tree.ts";
import { launchPlainly } from "./launch.ts";
import { startBy, type OnOutput, type Program, type StartedProgram, type StartProgram } from "./program.ts";
import type { ProgramExit } from "./supervised-child.ts";
import type { StarterOrder, StarterReport } from "./starter-message.ts";

export interface ProgramStarterInput {
  /** The environment of the starter process; programs get their own. */
  env: Readonly<Record<string, string>>;
  /** Called when the starter process ends unexpectedly. */
  onDied?: ((exit: ProgramExit) => void) | undefined;
}

interface Order {
  program: Program;
  onOutput: OnOutput;
  resolve(started: StartedProgram): void;
  reject(error: unknown): void;
  /** Set once the program has started. */
  running: { pid: number; readStartTime(): Promise<string>; end(exit: ProgramExit): void } | null;
}

const MAIN = new URL("program-starter-main.ts", import.meta.url);
const MOST_DEATHS = 3;
const startPlainly = startBy(launchPlainly);

/**
 * Starts programs from a small separate process. Starting a program from the daemon blocks the daemon while the kernel copies its page
 * tables: about 4 ms per 100 MB. From a small process it takes less than 1 ms.
 *
 * The daemon starts programs itself until the starter process is ready, or if it dies too often. When the starter dies, the programs it
 * started are ended and reported as ended; programs it had not reported as started are started again.
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

  /** The pid of the starter process; null while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Resolves when the starter process is ready, or when it is clear that it never will be. */
  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  /** Starts a program, as {@link StartProgram} specifies. */
  readonly start: StartProgram = (program, onOutput) => {
    if (!this.#process || !this.#isReady || !this.#process.connected) return startPlainly(program, onOutput);
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<StartedProgram>();
    this.#orders.set(id, { program, onOutput, resolve, reject, running: null });
    const order: StarterOrder = { id, program };
    // Ignore a failed send: the starter's exit then settles the order.
    this.#process.send(order, undefined, undefined, () => {});
    return promise;
  };

  /** Ends the starter process. Programs it started keep running. */
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

  /** Returns null if the system is out of processes or file descriptors. */
  #fork(): ChildProcess | null {
    const cache = getCompileCacheDir();
    try {
      return fork(MAIN, [], {
        cwd: "/",
        // Use a separate session, so that Ctrl+C in a terminal reaches only the daemon.
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

/** Settles an order whose starter died. */
async function settle({ program, onOutput, resolve, reject, running }: Order): Promise<void> {
  if (running === null) {
    await startPlainly(program, onOutput).then(resolve, reject);
    return;
  }
  // Nothing reads the program's output any more. A reported end is better than half an answer.
  await killTree(running.pid, await running.readStartTime(), { graceMs: 0 });
  running.end({ exitCode: null, signal: "SIGKILL" });
}
