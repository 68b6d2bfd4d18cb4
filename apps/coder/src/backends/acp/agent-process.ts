import { randomUUID } from "node:crypto";
import { toExitEvidence } from "@boocode/shared/agents/processes/to-exit-evidence";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { PROCESS_MARKER } from "../../platform/processes/markers.ts";
import { superviseChild } from "../../platform/processes/supervise-child.ts";
import type { SupervisedChild } from "../../platform/processes/supervised-child.ts";
import { LineReader } from "../../platform/line-reader.ts";

export interface AgentProcessInput {
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  onLine(line: Buffer): void | Promise<void>;
  onTooLarge(bytes: number): void;
}

const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** An agent's program, in its own process group, with the protocol on standard input and output. */
export class AgentProcess {
  /** Resolves when it is gone and its output is read, with evidence of the cause. */
  readonly exited: Promise<TaskEvidence>;
  readonly #child: SupervisedChild;
  #closing: Promise<void> | null = null;

  constructor({ argv: [file = "", ...argv], cwd, env, onLine, onTooLarge }: AgentProcessInput) {
    const reader = new LineReader({ maxBytes: MAX_LINE_BYTES, onLine, onTooLarge });
    this.#child = superviseChild({
      file,
      argv,
      cwd,
      env,
      isWrittenTo: true,
      marker: { name: PROCESS_MARKER, value: randomUUID() },
      // Read only as fast as the lines are processed.
      onStdout: (chunk) => reader.push(chunk),
    });
    this.exited = this.#child.ended.then(async (end) => {
      await reader.end();
      this.#child.release();
      return toExitEvidence("The agent", end, this.stderrTail);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last part of its standard error. */
  get stderrTail(): string {
    return this.#child.stderrTail;
  }

  write(line: string): void {
    this.#child.write(line);
  }

  /** Signals its whole process group. Does nothing if it is already gone. */
  signal(signal: "SIGINT" | "SIGTERM"): void {
    this.#child.signal(signal);
  }

  /** Ends it and everything it started: TERM, then KILL after `graceMs`. Idempotent. */
  close(graceMs = 1_500): Promise<void> {
    this.#closing ??= (async () => {
      this.#child.endInput();
      await this.#child.end(graceMs);
      await this.exited;
    })();
    return this.#closing;
  }
}
