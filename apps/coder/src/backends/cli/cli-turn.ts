import { randomUUID } from "node:crypto";
import { BAD_LINE_LIMITS, decideBadLine, type BadLines } from "@boocode/shared/agents/decide-bad-lines";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { BackendLogger, PromptInput } from "@boocode/shared/agents/agent-backend";
import { STOP_STEPS } from "@boocode/shared/agents/turns/stop-steps";
import { cutText } from "@boocode/shared/text/cut-text";
import { LineReader } from "../../platform/line-reader.ts";
import { PROCESS_MARKER } from "../../platform/processes/markers.ts";
import { superviseChild } from "../../platform/processes/supervise-child.ts";
import type { ChildEnd, SupervisedChild } from "../../platform/processes/supervised-child.ts";
import type { Time } from "../../platform/time.ts";
import type { CliProfile } from "./cli-profiles.ts";
import { type CliEnd, toCliEnd } from "./to-cli-end.ts";
import { TurnFold, type TurnFoldOptions } from "./turn-fold.ts";
import type { CliSign } from "./wire/cli-sign.ts";
import { PlainText } from "./wire/plain-text.ts";

export interface CliTurnInput extends TurnFoldOptions {
  profile: CliProfile;
  /** The program and its arguments. */
  argv: readonly string[];
  /** What it reads on standard input. */
  stdin: string;
  env: Readonly<Record<string, string>>;
  /** The command that logs in, as a line for a terminal. */
  loginLine: string;
  emit: PromptInput["emit"];
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
}

/** What became of a turn. */
export type CliOutcome = { kind: "ended"; end: CliEnd } | { kind: "lost" };

const MAX_LINE_BYTES = 8 * 1024 * 1024;
const MAX_SHOWN_LINES = 5;
const MAX_HEAD_CHARS = 300;
/** The signals sent to a process that ignores a stop, with their delays from the first stop. */
const STOP_SIGNALS = [
  { afterMs: STOP_STEPS.interruptMs, signal: "SIGINT" },
  { afterMs: STOP_STEPS.terminateMs, signal: "SIGTERM" },
] as const;
/** How long a program may take to end after it has said that its turn is complete and then nothing more. */
const LAST_MS = 30_000;

/** One turn of an agent's command line: one process, from its prompt to its exit. */
export class CliTurn {
  readonly fold: TurnFold;
  /** Settles once its process is gone and its output is read. */
  readonly ended: Promise<CliOutcome>;
  readonly #input: CliTurnInput;
  readonly #child: SupervisedChild;
  readonly #reader: { push(chunk: Buffer): void | Promise<void>; end(): void | Promise<void> };
  readonly #settle: (outcome: CliOutcome) => void;
  readonly #timers: (() => void)[] = [];
  #stopLasting = () => {};
  #badLines: BadLines = [];
  #badLineCount = 0;
  #complaint: string | null = null;
  #isStopAsked = false;
  #isOver = false;

  constructor(input: CliTurnInput) {
    const ended = Promise.withResolvers<CliOutcome>();
    this.ended = ended.promise;
    this.#settle = ended.resolve;
    this.#input = input;
    this.fold = new TurnFold(input);
    this.#reader = this.#makeReader();
    const [file = "", ...argv] = input.argv;
    const { root: cwd, env, stdin } = input;
    const marker = { name: PROCESS_MARKER, value: randomUUID() };
    // Read only as fast as the lines are processed.
    this.#child = superviseChild({ file, argv, cwd, env, stdin, marker, onStdout: (chunk) => this.#reader.push(chunk) });
    void this.#child.ended.then((exit) => this.#onExit(exit));
  }

  get pid(): number | undefined {
    return this.#child.hasExited ? undefined : this.#child.pid;
  }

  /** Asks the program to end; another call asks again. One that ignores it is ended. */
  stop(): void {
    if (this.#isOver) return;
    this.#child.signal(this.#input.profile.stopSignal);
    if (this.#isStopAsked) return;
    this.#isStopAsked = true;
    const { time } = this.#input;
    for (const { afterMs, signal } of STOP_SIGNALS) this.#timers.push(time.after(afterMs, () => this.#child.signal(signal)));
    this.#timers.push(time.after(STOP_STEPS.closeMs, () => void this.#child.end(0)));
  }

  /** Ends the turn because the daemon shuts down. Its process may still be ending; see {@link close}. */
  interrupt(): void {
    this.#end({ kind: "ended", end: { state: "interrupted", cause: "daemon_shutdown", evidence: null } });
  }

  /** Ends the process and everything it started. Idempotent. */
  async close(graceMs = 1_500): Promise<void> {
    await this.#child.end(graceMs);
  }

  #makeReader() {
    if (this.#input.profile.decode !== null) {
      return new LineReader({
        maxBytes: MAX_LINE_BYTES,
        onLine: (line) => this.#onLine(line),
        onTooLarge: (bytes) => this.#onTooLarge(bytes),
      });
    }
    const text = new PlainText();
    return {
      push: (chunk: Buffer) => this.#emit(this.fold.say(text.push(chunk))),
      end: () => this.#emit(this.fold.say(text.end())),
    };
  }

  #onLine(bytes: Buffer): void | Promise<void> {
    const line = bytes.toString("utf8").trim();
    if (line === "" || this.#complaint !== null) return;
    const { profile, root, logger } = this.#input;
    try {
      const signs = profile.decode?.(line, root) ?? null;
      return signs === null ? this.#onBadLine(line) : this.#take(signs);
    } catch (error) {
      // An error in BooCode must not stop reading the agent.
      logger.error({ err: error }, "A message from an agent could not be processed");
    }
  }

  #onTooLarge(bytes: number): void {
    const text = `The agent sent a message of ${Math.round(bytes / 1024 / 1024)} MB, which is too large and was skipped.`;
    void this.#take([{ kind: "notice", level: "warning", text }]);
  }

  #onBadLine(line: string): void {
    const { logger, time } = this.#input;
    const head = cutText(line, MAX_HEAD_CHARS);
    this.#badLineCount += 1;
    if (this.#badLineCount <= MAX_SHOWN_LINES) logger.warn({ head }, "An agent wrote a line that is not a message");
    const { lines, isTooMany } = decideBadLine(this.#badLines, BAD_LINE_LIMITS, time.elapsedMs());
    this.#badLines = lines;
    if (!isTooMany) return;
    const { maxLines, windowMs } = BAD_LINE_LIMITS;
    this.#complaint = `The agent wrote ${maxLines} lines within ${windowMs / 1_000} s that BooCode cannot read (the last one: “${head}”).`;
    void this.#child.end(0);
  }

  #take(signs: readonly CliSign[]): void | Promise<void> {
    const room = this.#emit(signs.flatMap((sign) => this.fold.take(sign)));
    this.#stopLasting();
    // A program that has said its last word may be kept alive by something that it waits for in vain.
    if (this.fold.saidEnd?.state === "completed") this.#stopLasting = this.#input.time.after(LAST_MS, () => void this.#child.end());
    return room;
  }

  async #onExit(exit: ChildEnd): Promise<void> {
    await this.#reader.end();
    this.#child.release();
    this.#stopTimers();
    // What it began is background work that goes on, unless it was stopped or died.
    if (this.#isStopAsked || this.#complaint !== null || exit.signal !== null) await this.#child.end(0);
    const { profile, loginLine, logger } = this.#input;
    const { stderrTail } = this.#child;
    if (this.fold.unknown.size > 0)
      logger.info({ kinds: [...this.fold.unknown].slice(0, 20) }, "An agent sends messages that BooCode does not know");
    const said = this.fold.saidEnd;
    this.#end(toCliEnd({ profile, said, exit, stderrTail, isStopAsked: this.#isStopAsked, complaint: this.#complaint, loginLine }));
  }

  #end(outcome: CliOutcome): void {
    if (this.#isOver) return;
    void this.#emit(this.fold.settle());
    this.#isOver = true;
    this.#stopTimers();
    this.#settle(outcome);
  }

  #stopTimers(): void {
    for (const stop of [...this.#timers.splice(0), this.#stopLasting]) stop();
  }

  #emit(events: readonly AgentEvent[]): void | Promise<void> {
    let room: void | Promise<void> = undefined;
    if (!this.#isOver) for (const event of events) room = this.#input.emit(event) ?? room;
    return room;
  }
}
