import type { Database } from "@boocode/db/database";
import { endAllTerminals } from "@boocode/db/stores/sessions/terminal-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId, TerminalId } from "@boocode/shared/ids";
import {
  MAX_TERMINALS,
  type Terminal,
  type TerminalProgram,
  type TerminalRecord,
  type TerminalSize,
} from "@boocode/shared/terminals/terminal";
import { toModeReset } from "@boocode/shared/text/terminal-output/terminal-modes";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Feed } from "../feed/feed.ts";
import { KeyedMutex } from "../platform/keyed-mutex.ts";
import type { Logger } from "../platform/logger.ts";
import { newId } from "../platform/new-id.ts";
import type { ProgramExit } from "../platform/processes/supervised-child.ts";
import { PtyHost } from "../platform/processes/pty/pty-host.ts";
import { pause, type Time } from "../platform/time.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";
import { LoginEnvironment } from "./login-environment.ts";
import { type RunningTerminal, toTerminalEnd } from "./running-terminal.ts";
import { requireOpen } from "@boocode/db/stores/sessions/require-open";
import { findShell, startShell, type StartShellDeps } from "./start-shell.ts";
import { TerminalOutput } from "./terminal-output.ts";
import { TerminalPrograms } from "./terminal-programs.ts";
import { TerminalRecords, tooManyTerminals } from "./terminal-records.ts";
import { readTail, type TerminalRun, type TerminalRunInput } from "./terminal-run.ts";
import { UnwatchedPace } from "./unwatched-pace.ts";

export interface TerminalsDeps extends Omit<StartShellDeps, "host" | "login"> {
  db: Database;
  time: Time;
  logger: Logger;
  feed: Pick<Feed, "changed">;
  worktrees: Pick<Worktrees, "ensure">;
  /** The environment of the process that holds the pseudoterminals: the allow-list without markers. */
  hostEnv: Readonly<Record<string, string>>;
  home: string;
}

/** How long a terminal that is closed may take to end by itself. */
const HANG_UP_MS = 1_000;

/**
 * The person's terminals, in sessions' worktrees. A terminal lives as long as its shell does, whether a page is open or not; its record
 * lives until it is closed, and can be started again.
 *
 * Faults: `session_not_found`, `session_deleting`, `session_archived`, `terminal_not_found`, `terminal_ended`, `terminal_full`, `terminal_busy`,
 * `terminal_refused`, `too_many`, those of making a worktree.
 */
export class Terminals {
  readonly #deps: TerminalsDeps;
  readonly #host: PtyHost;
  readonly #pace: UnwatchedPace;
  readonly #login: LoginEnvironment;
  readonly #running = new Map<TerminalId, RunningTerminal>();
  readonly #outputs = new Map<TerminalId, TerminalOutput>();
  /** Those that had a terminal in this run: only they can have programs. */
  readonly #sessions = new Set<SessionId>();
  readonly #turns = new KeyedMutex<SessionId>();
  readonly #programs: TerminalPrograms;
  readonly #records: TerminalRecords;
  #starting = 0;
  #isClosed = false;

  constructor(deps: TerminalsDeps) {
    const { env, hostEnv, home, logger, time } = deps;
    this.#deps = deps;
    this.#records = new TerminalRecords(deps);
    this.#host = new PtyHost({ env: hostEnv, onDied: (exit) => logger.warn({ ...exit }, "The process that holds the terminals ended") });
    this.#pace = new UnwatchedPace(time);
    this.#login = new LoginEnvironment({ shell: findShell(env), env, home, time, logger });
    this.#programs = new TerminalPrograms({ shells: () => [...this.#running.values()].map(({ shell }) => shell) });
  }

  /** Returns where programs of a terminal are looked for, as far as it is known. Begins to read it if it is not. */
  findPath(): string {
    void this.#login.read();
    return this.#login.variables?.["PATH"] ?? this.#deps.env["PATH"] ?? "";
  }

  /** Lists a session's terminals, oldest first. Begins to read the login shell's environment, because a terminal may be opened next. */
  async list(sessionId: SessionId): Promise<Terminal[]> {
    void this.#login.read();
    return (await this.#records.list(sessionId)).map((record) => this.#toTerminal(record));
  }

  /** Opens a terminal in the session's worktree, which is made if there is none. */
  async open(sessionId: SessionId, size: TerminalSize): Promise<Terminal> {
    await requireOpen(this.#deps.db.read, sessionId);
    const worktree = await this.#deps.worktrees.ensure(sessionId);
    return this.#turns.run(sessionId, async () => {
      this.#sessions.add(sessionId);
      const record = await this.#records.add(sessionId, size);
      try {
        await this.#start(record, worktree);
      } catch (error) {
        await this.#records.forget(record);
        throw error;
      }
      return this.#toTerminal(record);
    });
  }

  /**
   * Runs programs one after the other in a terminal of a worktree, as a person would, until one fails: what they ask, the person answers.
   * The terminal that the last one with this title has left is used again. The caller may hold the worktree's lock. Waits for what the login
   * shell sets: what is no shell cannot find it out itself.
   */
  async run(worktree: Worktree, { sessionId, title, steps, size }: TerminalRunInput): Promise<TerminalRun> {
    await this.#login.read();
    return this.#turns.run(sessionId, async () => {
      this.#sessions.add(sessionId);
      await requireOpen(this.#deps.db.read, sessionId);
      const left = (await this.#records.list(sessionId)).findLast((one) => one.title === title && !this.#running.has(one.id));
      const record = left ? { ...left, ...size, end: null } : await this.#records.add(sessionId, size, title);
      const output = this.#outputOf(record);
      const begin = output.end;
      const { promise, resolve } = Promise.withResolvers<ProgramExit>();
      try {
        await this.#start(record, worktree, { steps, onEnd: resolve });
      } catch (error) {
        if (!left) await this.#records.forget(record);
        throw error;
      }
      if (left && this.#running.has(record.id)) await this.#records.update(record, { ...size, end: null });
      const ended = promise.then((exit) => ({ exit, output: readTail(output, begin) }));
      return { terminal: this.#toTerminal(record), ended };
    });
  }

  /** Starts a shell anew in a terminal that has ended. What it wrote before stays above. */
  async restart(terminalId: TerminalId, size: TerminalSize): Promise<Terminal> {
    const { sessionId } = await this.#records.require(terminalId);
    await requireOpen(this.#deps.db.read, sessionId);
    const worktree = await this.#deps.worktrees.ensure(sessionId);
    return this.#turns.run(sessionId, async () => {
      this.#sessions.add(sessionId);
      await requireOpen(this.#deps.db.read, sessionId);
      const record = await this.#records.require(terminalId);
      if (this.#running.has(terminalId)) return this.#toTerminal(record);
      const again: TerminalRecord = { ...record, ...size, end: null };
      await this.#start(again, worktree);
      // One that has ended at once has recorded its end.
      await this.#records.update(again, this.#running.has(terminalId) ? { ...size, end: null } : size);
      return this.#toTerminal(await this.#records.require(terminalId));
    });
  }

  /** Types into a terminal. Refused, and nothing is typed, while too much waits because its program reads nothing. */
  write(terminalId: TerminalId, text: string): void {
    const running = this.#running.get(terminalId);
    if (!running) throw new DomainError({ kind: "terminal_ended", terminalId });
    if (!running.write(text)) throw new DomainError({ kind: "terminal_full", terminalId });
  }

  /** Sets a terminal's size: the last one who says so decides. */
  async resize(terminalId: TerminalId, size: TerminalSize): Promise<void> {
    const record = await this.#records.require(terminalId);
    // The record may be older than the size that was set last.
    const running = this.#running.get(terminalId);
    const now = running?.size ?? record;
    if (now.cols === size.cols && now.rows === size.rows) return;
    running?.resize(size);
    await this.#records.update(record, size);
  }

  async rename(terminalId: TerminalId, title: string): Promise<Terminal> {
    const record = await this.#records.require(terminalId);
    await this.#records.update(record, { title });
    return this.#toTerminal({ ...record, title });
  }

  /** Lists the programs that would be ended with a session's terminals. Rejects if the system does not list its processes. */
  async listPrograms(sessionId: SessionId): Promise<TerminalProgram[]> {
    return this.#sessions.has(sessionId) ? this.#programs.list(sessionId) : [];
  }

  /** Closes a terminal and ends what runs in it. Without `force`, it is refused while a program runs besides the shell. */
  async close(terminalId: TerminalId, force: boolean): Promise<void> {
    const record = await this.#records.require(terminalId);
    const { sessionId } = record;
    const programs = this.#sessions.has(sessionId) ? await this.#programs.list(sessionId, terminalId) : [];
    if (programs.length > 0 && !force) {
      throw new DomainError({ kind: "terminal_busy", terminalId, programs: programs.map(({ pid, name }) => ({ pid, name })) });
    }
    await this.#turns.run(sessionId, async () => {
      await this.#end(sessionId, terminalId);
      // First, so that a reader that asks again finds none and makes no new output.
      await this.#records.forget(record);
      this.#dropOutput(terminalId);
    });
  }

  /** Returns a terminal's output, and what makes its program draw anew. */
  async follow(terminalId: TerminalId): Promise<{ output: TerminalOutput; redraw: () => void }> {
    const record = await this.#records.require(terminalId);
    return { output: this.#outputOf(record), redraw: () => this.#running.get(terminalId)?.redraw() };
  }

  /** Ends everything in a session's terminals, because the session goes away or is archived. Its records stay, what they wrote does not. Never rejects. */
  async endSession(sessionId: SessionId): Promise<void> {
    if (!this.#sessions.has(sessionId)) return;
    await this.#turns
      .run(sessionId, async () => {
        const records = await this.#records.list(sessionId);
        for (const { id } of records) if (!this.#running.has(id)) this.#dropOutput(id);
        // What still runs is read to its end.
        await this.#end(sessionId).finally(() => records.forEach(({ id }) => this.#dropOutput(id)));
      })
      .catch((error: unknown) => {
        this.#deps.logger.warn({ err: error, sessionId }, "The terminals of a session could not be ended");
      });
  }

  /** Records that the terminals of an earlier run have ended. Call it before anything is opened. */
  async recover(): Promise<void> {
    const at = this.#deps.time.now();
    await this.#deps.db.write("normal", (tx) => endAllTerminals(tx, { at, exitCode: null, signal: null, because: "daemon" }));
  }

  /** Hangs up on every terminal. What does not end by that is ended with the daemon's other processes. */
  async shutDown(): Promise<void> {
    this.#isClosed = true;
    this.#pace.close();
    for (const output of this.#outputs.values()) output.close();
    await Promise.all([this.#host.close(), this.#login.close()]);
  }

  async #start(
    record: TerminalRecord,
    worktree: Worktree,
    run: (Pick<TerminalRunInput, "steps"> & { onEnd(exit: ProgramExit): void }) | null = null,
  ): Promise<void> {
    if (this.#isClosed) throw new DomainError({ kind: "shutting_down" });
    if (this.#running.size + this.#starting >= MAX_TERMINALS) throw tooManyTerminals();
    this.#starting += 1;
    try {
      const output = this.#outputOf(record);
      if (output.end > 0) output.note(`${toModeReset(output.isOnSecondScreen)}\r\n`);
      let hasEnded = false;
      const onEnd = (exit: ProgramExit) => {
        hasEnded = true;
        void this.#noteEnd(record, exit).then(() => run?.onEnd(exit));
      };
      const steps = run?.steps ?? null;
      const running = await startShell({ ...this.#deps, host: this.#host, login: this.#login }, { record, worktree, output, steps, onEnd });
      // Its end may arrive together with its beginning.
      if (!hasEnded) this.#running.set(record.id, running);
    } finally {
      this.#starting -= 1;
    }
  }

  /** Hangs up, and ends what does not end by that. */
  async #end(sessionId: SessionId, terminalId?: TerminalId): Promise<void> {
    const ending = [...this.#running.values()].filter((one) => one.sessionId === sessionId && (terminalId ?? one.id) === one.id);
    // What has no mark is known by its shell only while that runs. What cannot be listed is hung up on all the same.
    const own = this.#sessions.has(sessionId) ? await this.#programs.listOwn(sessionId, terminalId).catch(() => []) : [];
    for (const one of ending) one.hangUp();
    await Promise.race([Promise.all(ending.map(({ ended }) => ended)), pause(this.#deps.time, HANG_UP_MS)]);
    if (this.#sessions.has(sessionId)) await this.#programs.end(own, sessionId, terminalId);
  }

  async #noteEnd(record: TerminalRecord, exit: ProgramExit): Promise<void> {
    this.#running.delete(record.id);
    // At the next start, all that still count as running have ended with the daemon.
    if (this.#isClosed) return;
    const end = toTerminalEnd(exit, this.#deps.time.now(), false);
    await this.#records.update(record, { end }).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, terminalId: record.id }, "The end of a terminal could not be recorded");
    });
  }

  #outputOf({ id, sessionId }: Pick<TerminalRecord, "id" | "sessionId">): TerminalOutput {
    const known = this.#outputs.get(id);
    if (known) return known;
    const output = new TerminalOutput({
      time: this.#deps.time,
      pace: this.#pace,
      stream: newId("out"),
      take: (units) => this.#running.get(id)?.take(units),
      onUnseen: () => this.#deps.feed.changed({ noun: "terminals", ids: [id], sessionId }),
    });
    this.#outputs.set(id, output);
    return output;
  }

  #toTerminal(record: TerminalRecord): Terminal {
    const isRestricted = this.#running.get(record.id)?.isRestricted ?? false;
    return { ...record, isRestricted, hasUnseen: this.#outputs.get(record.id)?.hasUnseen ?? false };
  }

  #dropOutput(terminalId: TerminalId): void {
    this.#outputs.get(terminalId)?.close();
    this.#outputs.delete(terminalId);
  }
}
