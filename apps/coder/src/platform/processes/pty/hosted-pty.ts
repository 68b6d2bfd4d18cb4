import { constants } from "node:os";
import { TerminalFilter } from "@boocode/shared/text/terminal-output/terminal-filter";
import { type IPty, spawn } from "@lydell/node-pty";
import type { ProgramExit } from "../supervised-child.ts";
import { SYSTEM_TABLE } from "../table/system-table.ts";
import { PtyInput } from "./pty-input.ts";
import { type PtyProgram, WINDOW_UNITS } from "./pty-message.ts";

export interface HostedPtyReports {
  onOutput(text: string): void;
  /** Called when so many units of what was typed have been handed over. */
  onTyped(units: number): void;
  onEnd(exit: ProgramExit): void;
}

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]));
const LOOK_EVERY_MS = 50;

/**
 * One pseudoterminal and the program in it. Its output is filtered, and is not read faster than it is taken: the program then waits, as it
 * would for a slow terminal.
 */
export class HostedPty {
  readonly #pty: IPty;
  readonly #reports: HostedPtyReports;
  readonly #filter = new TerminalFilter();
  readonly #input: PtyInput;
  #untaken = 0;
  #look: NodeJS.Timeout | null = null;
  #isEnded = false;
  /** Its descriptor is closed, and its number may already be another's. */
  #isHungUp = false;
  readonly startTime: string;

  /** Throws if there is no pseudoterminal left, or no process. */
  constructor({ file, argv, cwd, env, cols, rows }: PtyProgram, reports: HostedPtyReports) {
    this.#reports = reports;
    this.#pty = spawn(file, [...argv], { name: env["TERM"] ?? "xterm-256color", cwd, env: { ...env }, cols, rows, encoding: "utf8" });
    this.startTime = SYSTEM_TABLE.isFast ? SYSTEM_TABLE.readStartTime(this.#pty.pid) : "";
    this.#input = new PtyInput({ fd: this.fd, onTyped: (units) => reports.onTyped(units) });
    this.#pty.onData((text) => this.#hear(text));
    // The type leaves it out.
    (this.#pty as IPty & { on(event: "close", listener: () => void): void }).on("close", () => this.#letGo());
    this.#pty.onExit(({ exitCode, signal }) => this.#end(exitCode, signal ?? 0));
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Its descriptor. */
  get fd(): number {
    // The type leaves it out.
    return (this.#pty as IPty & { readonly fd: number }).fd;
  }

  write(text: string): void {
    if (!this.#isEnded && !this.#isHungUp) this.#input.write(text);
  }

  resize(cols: number, rows: number): void {
    if (this.#isEnded || this.#isHungUp) return;
    try {
      this.#pty.resize(cols, rows);
    } catch {
      // Its program has just ended.
    }
  }

  take(units: number): void {
    this.#untaken = Math.max(0, this.#untaken - units);
    if (this.#look !== null && this.#untaken < WINDOW_UNITS / 2) this.#resume();
  }

  hangUp(): void {
    if (this.#isEnded || this.#isHungUp) return;
    // What has been read and not taken goes with it.
    this.#resume();
    this.#letGo();
    // It closes the pseudoterminal and signals the program; the type leaves it out.
    (this.#pty as IPty & { destroy(): void }).destroy();
  }

  #letGo(): void {
    this.#isHungUp = true;
    this.#input.close();
  }

  #hear(data: string): void {
    const text = this.#filter.write(data);
    if (text === "") return;
    this.#untaken += text.length;
    this.#reports.onOutput(text);
    if (this.#untaken >= WINDOW_UNITS && this.#look === null) this.#pause();
  }

  /**
   * Stops reading. The package closes a pseudoterminal shortly after its program's end, so what is not read then is lost: the last output
   * is read as soon as the program is gone. It is bounded by what the system holds for a terminal.
   */
  #pause(): void {
    this.#pty.pause();
    this.#look = setInterval(() => {
      if (!isThere(this.pid)) this.#resume();
    }, LOOK_EVERY_MS);
  }

  #resume(): void {
    if (this.#look !== null) clearInterval(this.#look);
    this.#look = null;
    if (!this.#isEnded) this.#pty.resume();
  }

  #end(exitCode: number, signal: number): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#input.close();
    if (this.#look !== null) clearInterval(this.#look);
    const name = SIGNALS.get(signal) ?? null;
    this.#reports.onEnd({ exitCode: name === null ? exitCode : null, signal: name });
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
