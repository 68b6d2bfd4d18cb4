import { DomainError } from "@boocode/shared/faults/domain-error";
import type { GitSteps } from "@boocode/shared/git/git-decision";
import type { GitAction, GitRun } from "@boocode/shared/git/git-status";
import type { SessionId } from "@boocode/shared/ids";
import type { TerminalSize } from "@boocode/shared/terminals/terminal";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { catchUpIdle, type IdleWorktreeDeps } from "../changes/take-back/idle-worktree.ts";
import type { Feed } from "../feed/feed.ts";
import { KeyedMutex } from "../platform/keyed-mutex.ts";
import type { Logger } from "../platform/logger.ts";
import { pause, type Time } from "../platform/time.ts";
import type { TerminalRun } from "../terminals/terminal-run.ts";
import type { Terminals } from "../terminals/terminals.ts";

export interface GitRunsDeps extends IdleWorktreeDeps {
  feed: Pick<Feed, "changed">;
  time: Time;
  logger: Logger;
  terminals: Pick<Terminals, "run">;
}

/** A git that has ended. */
export interface EndedGit {
  isSuccess: boolean;
  output: string;
}

export interface GitRunInput {
  sessionId: SessionId;
  action: GitAction;
  size: TerminalSize;
  /** Decides what runs, or throws. Called with the worktree's lock held. */
  prepare(worktree: Worktree): Promise<PreparedGit>;
}

export interface PreparedGit {
  steps: GitSteps;
  /** Called once it has ended, with the worktree's lock held; returns why it did not do what it was asked to. */
  settle(ended: EndedGit): Promise<NonNullable<GitRun["end"]>["problem"]>;
}

/** The title of the terminal in which git runs. */
const TITLE = "git";
/**
 * How long the worktree's lock is held for a git that runs: a hook that asks something, or a password, must not keep everything else in the
 * session waiting. Most end long before.
 */
const HOLD_MS = 30_000;

/**
 * Runs git for the person, in a visible terminal of the session and never in the daemon: its hooks, its questions and its passwords are
 * theirs. One at a time in each session; until it has ended, no turn and no other writer begins in the worktree, for half a minute at most.
 *
 * Faults: `git_busy`, `worktree_busy`, `worktree_not_made`, those of {@link Terminals}.
 */
export class GitRuns {
  readonly #deps: GitRunsDeps;
  readonly #runs = new Map<SessionId, GitRun>();
  readonly #starts = new KeyedMutex<SessionId>();
  readonly #jobs = new Set<Promise<void>>();
  readonly #closing = Promise.withResolvers<null>();

  constructor(deps: GitRunsDeps) {
    this.#deps = deps;
  }

  /** The git that runs in a session, or the last one that ran. */
  find(sessionId: SessionId): GitRun | null {
    return this.#runs.get(sessionId) ?? null;
  }

  /** Starts git in the session's worktree, in which no turn may run, with its lock. Returns once it runs. */
  start(input: GitRunInput): Promise<GitRun> {
    return this.#begin(input, (work) => this.#deps.locks.worktree(input, async () => work(await catchUpIdle(this.#deps, input.sessionId))));
  }

  /** Starts a git that changes nothing in the worktree, such as a push, whether or not a turn runs. Returns once it runs. */
  startBeside(input: GitRunInput): Promise<GitRun> {
    return this.#begin(input, async (work) => {
      const worktree = await this.#deps.worktrees.find(input.sessionId);
      if (!worktree || worktree.state === "creating") throw new DomainError({ kind: "worktree_not_made", sessionId: input.sessionId });
      await work(worktree);
    });
  }

  /** Stops waiting for what runs: it ends with its terminal. */
  async close(): Promise<void> {
    this.#closing.resolve(null);
    await Promise.all(this.#jobs);
  }

  #begin(input: GitRunInput, hold: (work: (worktree: Worktree) => Promise<void>) => Promise<void>): Promise<GitRun> {
    const { sessionId } = input;
    return this.#starts.run(sessionId, () => {
      const before = this.find(sessionId);
      if (before?.end === null)
        throw new DomainError({ kind: "git_busy", sessionId, terminalId: before.terminalId, action: before.action });
      const { promise: started, resolve, reject } = Promise.withResolvers<GitRun>();
      const job = hold((worktree) => this.#carryOut(input, worktree, resolve)).catch(reject);
      this.#jobs.add(job);
      void job.finally(() => this.#jobs.delete(job));
      return started;
    });
  }

  async #carryOut(input: GitRunInput, worktree: Worktree, onStarted: (run: GitRun) => void): Promise<void> {
    const { terminals, time } = this.#deps;
    const { sessionId, action, size, prepare } = input;
    const prepared = await prepare(worktree);
    const { terminal, ended } = await terminals.run(worktree, { sessionId, title: TITLE, steps: prepared.steps, size });
    const run: GitRun = { action, terminalId: terminal.id, startedAt: time.now(), end: null };
    this.#set(sessionId, run);
    onStarted(run);
    const end = await Promise.race([ended, pause(time, HOLD_MS).then(() => null), this.#closing.promise]);
    if (end !== null) return this.#settle(sessionId, run, prepared, end);
    const job = this.#settleLater(sessionId, run, prepared, ended);
    this.#jobs.add(job);
    void job.finally(() => this.#jobs.delete(job));
  }

  async #settleLater(sessionId: SessionId, run: GitRun, prepared: PreparedGit, ended: TerminalRun["ended"]): Promise<void> {
    const end = await Promise.race([ended, this.#closing.promise]);
    if (end !== null) await this.#deps.locks.worktree({ sessionId }, () => this.#settle(sessionId, run, prepared, end));
  }

  /** Never rejects. */
  async #settle(sessionId: SessionId, run: GitRun, prepared: PreparedGit, { exit, output }: Awaited<TerminalRun["ended"]>): Promise<void> {
    const isSuccess = exit.exitCode === 0;
    const problem = await prepared.settle({ isSuccess, output }).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, sessionId, action: run.action }, "What git did could not be recorded");
      return isSuccess ? null : ("failed" as const);
    });
    this.#set(sessionId, { ...run, end: { at: this.#deps.time.now(), problem } });
  }

  #set(sessionId: SessionId, run: GitRun): void {
    this.#runs.set(sessionId, run);
    this.#deps.feed.changed({ noun: "git", ids: [], sessionId });
  }
}
