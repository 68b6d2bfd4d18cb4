import { randomUUID } from "node:crypto";
import { toExitEvidence } from "@boocode/shared/agents/to-exit-evidence";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { PROCESS_MARKER } from "../../platform/processes/markers.ts";
import { superviseChild } from "../../platform/processes/supervise-child.ts";
import type { SupervisedChild } from "../../platform/processes/supervised-child.ts";
import { LineReader } from "./wire/line-reader.ts";

export interface AgentProcessInput {
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  onLine(line: Buffer): void | Promise<void>;
  onTooLarge(bytes: number): void;
}

const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** An agent's program that talks on its standard input and output, in a group of its own. */
export class AgentProcess {
  /** Resolves when it is gone and what it still said is read, with what is known of why. */
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
      // As fast as the lines are taken, and no faster.
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

  /** What it said on its standard error last. */
  get stderrTail(): string {
    return this.#child.stderrTail;
  }

  write(line: string): void {
    this.#child.write(line);
  }

  /** To its whole group. Gone already is fine. */
  signal(signal: "SIGINT" | "SIGTERM"): void {
    this.#child.signal(signal);
  }

  /** Ends it with everything it started: TERM, then KILL after `graceMs`. Idempotent. */
  close(graceMs = 1_500): Promise<void> {
    this.#closing ??= (async () => {
      this.#child.endInput();
      await this.#child.end(graceMs);
      await this.exited;
    })();
    return this.#closing;
  }
}
