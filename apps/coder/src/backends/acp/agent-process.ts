import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { identifyProcess, killTree } from "../../platform/processes/process.ts";
import { LineReader } from "./wire/line-reader.ts";

export interface AgentProcessInput {
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  onLine(line: Buffer): void | Promise<void>;
  onTooLarge(bytes: number): void;
}

/** Inherited by everything it starts, also by what leaves its group: so that nothing of it is left. */
const PROCESS_MARKER = "BOOCODE_PROCESS_ID";
const MAX_LINE_BYTES = 8 * 1024 * 1024;
const MAX_TAIL_CHARS = 4_000;
/** How long nothing may come after the exit before reading ends: a child that keeps the pipe open must not hold the end. */
const DRAIN_MS = 100;

/** An agent's program that talks on its standard input and output, in a group of its own. */
export class AgentProcess {
  /** Resolves when it is gone and what it still said is read, with what is known of why. */
  readonly exited: Promise<TaskEvidence>;
  readonly #child: ChildProcess;
  readonly #marker = { name: PROCESS_MARKER, value: randomUUID() };
  readonly #identity: ReturnType<typeof identifyProcess>;
  #stderrTail = "";
  #chunks = 0;
  #closing: Promise<void> | null = null;

  constructor({ argv: [file = "", ...argv], cwd, env, onLine, onTooLarge }: AgentProcessInput) {
    const child = spawn(file, argv, {
      cwd,
      env: { ...env, [this.#marker.name]: this.#marker.value },
      detached: true,
      windowsHide: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child = child;
    this.#identity = child.pid === undefined ? Promise.resolve(null) : identifyProcess(child.pid);
    const read = this.#pump(new LineReader({ maxBytes: MAX_LINE_BYTES, onLine, onTooLarge }));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderrTail = (this.#stderrTail + chunk.toString("utf8")).slice(-MAX_TAIL_CHARS);
    });
    // One that ends without reading breaks the pipe: its exit tells, not the pipe.
    for (const stream of [child.stdin, child.stderr]) stream?.on("error", () => {});
    this.exited = this.#untilExit(read);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it said on its standard error last. */
  get stderrTail(): string {
    return this.#stderrTail.trim();
  }

  write(line: string): void {
    if (this.#child.stdin?.writable) this.#child.stdin.write(line);
  }

  /** To its whole group. Gone already is fine. */
  signal(signal: "SIGINT" | "SIGTERM"): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It went meanwhile: its exit tells.
    }
  }

  /** Ends it with everything it started: TERM, then KILL after `graceMs`. Idempotent. */
  close(graceMs = 1_500): Promise<void> {
    this.#closing ??= (async () => {
      this.#child.stdin?.end();
      const identity = await this.#identity;
      if (identity) await killTree(identity.pid, identity.startTime, { graceMs, marker: this.#marker });
      await this.exited;
    })();
    return this.#closing;
  }

  async #untilExit(read: Promise<void>): Promise<TaskEvidence> {
    const exit = await new Promise<Partial<TaskEvidence>>((resolve) => {
      this.#child.once("exit", (exitCode, signal) =>
        resolve({
          message: `The agent's process ended (${signal ?? `exit code ${exitCode}`}).`,
          ...(exitCode === null ? {} : { exitCode }),
          ...(signal === null ? {} : { signal }),
        }),
      );
      // Stays for the child's whole life: an error event without a listener would end the daemon.
      this.#child.on("error", (error) =>
        resolve({ message: `The agent could not be started: ${(error as NodeJS.ErrnoException).code ?? error.message}.` }),
      );
    });
    let isRead = false;
    void read.then(() => (isRead = true));
    for (let chunks = -1; !isRead && chunks !== this.#chunks;) {
      chunks = this.#chunks;
      await Promise.race([read, delay(DRAIN_MS)]);
    }
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#child.stdin?.destroy();
    return { ...exit, ...(this.stderrTail === "" ? {} : { stderrTail: this.stderrTail }) };
  }

  /** Reads as fast as the lines are taken, and no faster. Never rejects. */
  async #pump(reader: LineReader): Promise<void> {
    try {
      for await (const chunk of this.#child.stdout as AsyncIterable<Buffer>) {
        this.#chunks += 1;
        await reader.push(chunk);
      }
      await reader.end();
    } catch {
      // The pipe broke: the exit tells.
    }
  }
}
