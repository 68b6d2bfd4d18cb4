import type { SessionId, TerminalId } from "@boocode/shared/ids";
import type { TerminalEnd, TerminalRecord, TerminalSize } from "@boocode/shared/terminals/terminal";
import type { Pty, PtyHost } from "../platform/processes/pty/pty-host.ts";
import type { PtyProgram } from "../platform/processes/pty/pty-message.ts";
import type { ProgramExit } from "../platform/processes/supervised-child.ts";
import type { TerminalShell } from "./terminal-programs.ts";
import type { TerminalOutput } from "./terminal-output.ts";

export interface RunningTerminalInput {
  record: Pick<TerminalRecord, "id" | "sessionId">;
  program: PtyProgram;
  isRestricted: boolean;
  /** Whether its program is a shell, which may be at rest. */
  isShell: boolean;
  output: TerminalOutput;
  /** Called once, when its shell has ended. */
  onEnd(exit: ProgramExit): void;
}

/** A terminal whose shell runs. */
export class RunningTerminal {
  readonly id: TerminalId;
  readonly sessionId: SessionId;
  readonly isRestricted: boolean;
  readonly output: TerminalOutput;
  readonly shell: TerminalShell;
  readonly #pty: Pty;
  #size: TerminalSize;
  readonly #ended: Promise<void>;

  private constructor({ record, isRestricted, isShell, output, program }: RunningTerminalInput, pty: Pty, ended: Promise<void>) {
    this.id = record.id;
    this.sessionId = record.sessionId;
    this.isRestricted = isRestricted;
    this.output = output;
    this.shell = {
      pid: pty.pid,
      startTime: pty.startTime,
      file: isShell ? program.file : null,
      sessionId: record.sessionId,
      terminalId: record.id,
    };
    this.#pty = pty;
    this.#size = { cols: program.cols, rows: program.rows };
    this.#ended = ended;
  }

  /** Starts the shell. Rejects with the system's message if it does not start. */
  static async start(host: Pick<PtyHost, "open">, input: RunningTerminalInput): Promise<RunningTerminal> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const pty = await host.open(input.program, {
      onOutput: (text) => input.output.append(text),
      onEnd: (exit) => {
        resolve();
        input.onEnd(exit);
      },
    });
    return new RunningTerminal(input, pty, ended);
  }

  /** Resolves when its shell has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** The size that was set last. */
  get size(): TerminalSize {
    return this.#size;
  }

  /** Types. Returns false, and types nothing, if too much waits because its program reads nothing. */
  write(text: string): boolean {
    return this.#pty.write(text);
  }

  take(units: number): void {
    this.#pty.take(units);
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.#pty.resize(size.cols, size.rows);
  }

  /** Makes a program on the second screen draw it anew, because a reader has not got all of what it drew. */
  redraw(): void {
    if (!this.output.isOnSecondScreen) return;
    const { cols, rows } = this.#size;
    this.#pty.resize(cols, rows > 1 ? rows - 1 : rows + 1);
    this.#pty.resize(cols, rows);
  }

  hangUp(): void {
    this.#pty.hangUp();
  }
}

/** Returns how a terminal's shell ended, as it is stored. */
export function toTerminalEnd({ exitCode, signal }: ProgramExit, at: number, isStopping: boolean): TerminalEnd {
  const isUnknown = exitCode === null && signal === null;
  return { at, exitCode, signal, because: isStopping || isUnknown ? "daemon" : "exit" };
}
