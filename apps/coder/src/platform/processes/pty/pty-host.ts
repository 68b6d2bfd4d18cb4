import { fork, type ChildProcess } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import type { ProgramExit } from "../supervised-child.ts";
import { MAX_UNTYPED_UNITS, type PtyOrder, type PtyProgram, type PtyReport } from "./pty-message.ts";

export interface PtyHostInput {
  /** The environment of the process that holds the pseudoterminals; their programs get their own. */
  env: Readonly<Record<string, string>>;
  /** Called when that process ends unexpectedly. */
  onDied?(exit: ProgramExit): void;
}

/** A program in a pseudoterminal. */
export interface Pty {
  readonly pid: number;
  /** Empty if the system does not tell it at once. */
  readonly startTime: string;
  /** Types. Returns false, and types nothing, if too much waits because its program reads nothing. */
  write(text: string): boolean;
  resize(cols: number, rows: number): void;
  /** Says that output has been taken, in UTF-16 code units. The program waits while too much has not. */
  take(units: number): void;
  /** Closes the pseudoterminal: its programs are told that their terminal is gone. */
  hangUp(): void;
}

export interface PtyListener {
  onOutput(text: string): void;
  onEnd(exit: ProgramExit): void;
}

interface Held extends PtyListener {
  /** What was typed and not handed over yet, in UTF-16 code units. */
  untyped: number;
  /** What is told once the caller has the terminal; null from then on. */
  early: PtyReport[] | null;
  resolve(opened: { pid: number; startTime: string }): void;
  reject(error: Error): void;
}

const MAIN = new URL("pty-host-main.ts", import.meta.url);

/**
 * Holds pseudoterminals in a small process of their own, which begins with the first one. There, no
 * other program of the daemon's inherits them (the package cannot prevent that), starting one does not copy the daemon's memory, and output that nobody
 * may see is dropped before it reaches the daemon.
 */
export class PtyHost {
  readonly #input: PtyHostInput;
  readonly #held = new Map<number, Held>();
  #process: ChildProcess | null = null;
  #lastId = 0;
  #isClosed = false;

  constructor(input: PtyHostInput) {
    this.#input = input;
  }

  /** The pid of the process that holds the pseudoterminals; null while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Starts a program in a new pseudoterminal. Rejects with the system's message if it could not be started. */
  async open(program: PtyProgram, listener: PtyListener): Promise<Pty> {
    if (this.#isClosed) throw new Error("BooCode is stopping");
    const child = (this.#process ??= this.#fork());
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<{ pid: number; startTime: string }>();
    const held: Held = { ...listener, untyped: 0, early: [], resolve, reject };
    this.#held.set(id, held);
    this.#send(child, { kind: "open", id, program });
    const opened = await promise;
    // What it wrote at once is told after the caller has the terminal, which has to take it.
    setImmediate(() => {
      const { early } = held;
      held.early = null;
      for (const report of early ?? []) this.#hear(report);
    });
    const send = (order: PtyOrder) => {
      if (this.#held.has(id)) this.#send(child, order);
    };
    return {
      ...opened,
      write: (text) => {
        if (held.untyped + text.length > MAX_UNTYPED_UNITS) return false;
        held.untyped += text.length;
        send({ kind: "write", id, text });
        return true;
      },
      resize: (cols, rows) => send({ kind: "resize", id, cols, rows }),
      take: (units) => send({ kind: "taken", id, units }),
      hangUp: () => send({ kind: "hangUp", id }),
    };
  }

  /** Hangs up on every program, and ends the process that holds them. */
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

  /** Throws if the system is out of processes or file descriptors. */
  #fork(): ChildProcess {
    const cache = getCompileCacheDir();
    const child = fork(MAIN, [], {
      cwd: "/",
      // Use a separate session, so that Ctrl+C in a terminal reaches only the daemon.
      detached: true,
      env: { ...this.#input.env, ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }) },
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    child.on("message", (report: PtyReport) => this.#hear(report));
    child.on("error", () => this.#lose(child, { exitCode: null, signal: null }));
    child.on("exit", (exitCode, signal) => this.#lose(child, { exitCode, signal }));
    return child;
  }

  #send(child: ChildProcess, order: PtyOrder): void {
    // Ignore a failed send: the end of the process then ends everything in it.
    if (child.connected) child.send(order, undefined, undefined, () => {});
  }

  #hear(report: PtyReport): void {
    if (report.kind === "ready") return;
    const held = this.#held.get(report.id);
    if (!held) return;
    if (report.kind === "opened") held.resolve({ pid: report.pid, startTime: report.startTime });
    else if (held.early !== null && (report.kind === "output" || report.kind === "ended")) held.early.push(report);
    else if (report.kind === "output") held.onOutput(report.text);
    else if (report.kind === "typed") held.untyped -= report.units;
    else {
      this.#held.delete(report.id);
      if (report.kind === "ended") held.onEnd(report.exit);
      else held.reject(new Error(report.message));
    }
  }

  #lose(child: ChildProcess, exit: ProgramExit): void {
    if (this.#process !== child) return;
    this.#process = null;
    const all = [...this.#held.values()];
    this.#held.clear();
    for (const held of all) {
      held.reject(new Error("the process that holds the terminals ended"));
      held.onEnd({ exitCode: null, signal: null });
    }
    if (!this.#isClosed) this.#input.onDied?.(exit);
  }
}
