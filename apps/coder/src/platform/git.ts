import { stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { toGitEnvironment, type GitOverlay, type GitSetting, type GitVariables } from "./git-environment.ts";
import { fingerprintSettings, PROBE_ARGUMENTS, toOverrides, type ProbeFinding } from "./git-probe.ts";
import { KeyedMutex } from "./keyed-mutex.ts";
import { runProcess, type ProcessResult } from "./process.ts";

export interface GitOptions {
  stdin?: string | Uint8Array;
  /** Exit codes that are answers rather than failures. Default: 0 alone. */
  exitCodes?: readonly number[];
  /** Milliseconds; default 10,000 for a read, 60,000 for a write. */
  limitMs?: number;
  /** Default 16 MB. */
  maxOutputBytes?: number;
  settings?: readonly GitSetting[];
  variables?: GitVariables;
  /** Runs in a git directory of our own instead of the repository's. */
  overlay?: GitOverlay;
}

export interface GitOutput {
  exitCode: number;
  stdout: Buffer;
  /** Output as text without the line break at its end. */
  text: string;
}

/** Where a repository keeps its things, absolute. */
export interface GitDirs {
  /** Of this worktree alone: HEAD, index. */
  gitDir: string;
  /** Shared by all worktrees: refs, settings. */
  commonDir: string;
  objectsDir: string;
  isBare: boolean;
}

interface Look {
  dirs: GitDirs;
  fingerprint: string | null;
  finding: ProbeFinding;
}

const READ_LIMIT_MS = 10_000;
const WRITE_LIMIT_MS = 60_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const STDERR_TAIL = 2_000;
const LOCK_RETRIES = 5;
const LOCK_RETRY_MS = 20;
/** Commands that could hand file contents to a program of the repository's choice, unless told not to. */
const DIFF_COMMANDS: ReadonlySet<string | undefined> = new Set(["diff", "diff-tree", "diff-files", "diff-index", "show", "log"]);
const DIFF_FLAGS = ["--no-ext-diff", "--no-textconv", "--no-color"];

/**
 * The only way to git. No program that a repository names ever runs: not its hooks, file system monitor, content filters, diff or
 * merge drivers, helpers or transports.
 *
 * Faults: `git_unavailable` (not installed), `path_not_found` (the folder is gone), `git_failed`, `git_timed_out`,
 * `git_output_too_large`, `git_locked` (another git holds a lock, still after five tries).
 */
export class Git {
  readonly #env: Readonly<Record<string, string>>;
  readonly #failpoint: ((name: string) => void | Promise<void>) | null;
  readonly #writers = new KeyedMutex();
  readonly #looks = new Map<string, Look>();

  /** `env` is what git may see of the machine: at least PATH and HOME. `failpoint` is called before each command that changes something. */
  constructor(input: { env: Readonly<Record<string, string>>; failpoint?: (name: string) => void | Promise<void> }) {
    this.#env = input.env;
    this.#failpoint = input.failpoint ?? null;
  }

  /** Runs a command that changes nothing. */
  async read(cwd: string, argv: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
    const overrides = options.overlay ? [] : (await this.#look(cwd)).finding.overrides;
    return this.#run(cwd, argv, overrides, { limitMs: READ_LIMIT_MS, ...options });
  }

  /** Runs a command that changes something, one at a time for each repository. */
  async write(cwd: string, argv: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
    const writer = options.overlay ? options.overlay.gitDir : (await this.#look(cwd)).dirs.commonDir;
    return this.#writers.run(writer, async () => {
      for (let attempt = 1; ; attempt++) {
        const overrides = options.overlay ? [] : (await this.#look(cwd)).finding.overrides;
        if (this.#failpoint) await this.#failpoint(`git.${argv[0] ?? ""}`);
        try {
          return await this.#run(cwd, argv, overrides, { limitMs: WRITE_LIMIT_MS, ...options });
        } catch (error) {
          const isLocked = error instanceof DomainError && error.fault.kind === "git_locked";
          if (!isLocked || attempt > LOCK_RETRIES) throw error;
          await delay(LOCK_RETRY_MS * 2 ** attempt);
        }
      }
    });
  }

  /** Where the repository that `cwd` lies in keeps its things. */
  async dirs(cwd: string): Promise<GitDirs> {
    return (await this.#look(cwd)).dirs;
  }

  /** Which programs the repository names, and what keeps them from running. */
  async probe(cwd: string): Promise<ProbeFinding> {
    return (await this.#look(cwd)).finding;
  }

  /** Makes an empty repository on branch `main`, without templates: those may bring hooks. */
  async init(path: string): Promise<void> {
    await this.#run(path, ["init", "--quiet", "--template=", "--initial-branch=main"], [], { limitMs: WRITE_LIMIT_MS });
  }

  /** The last look, or a fresh one when the repository's settings changed since. */
  async #look(cwd: string): Promise<Look> {
    const known = this.#looks.get(cwd);
    if (known && known.fingerprint === (await fingerprintSettings(cwd, known.dirs))) return known;
    this.#looks.delete(cwd);
    const dirs = await this.#findDirs(cwd);
    const fingerprint = await fingerprintSettings(cwd, dirs);
    const probed = await this.#run(cwd, PROBE_ARGUMENTS, [], { limitMs: READ_LIMIT_MS, exitCodes: [0, 1] });
    const look = { dirs, fingerprint, finding: toOverrides(probed.stdout) };
    if (fingerprint !== null && !look.finding.hasIncludes) this.#looks.set(cwd, look);
    return look;
  }

  async #findDirs(cwd: string): Promise<GitDirs> {
    const argv = [
      "rev-parse",
      "--path-format=absolute",
      "--absolute-git-dir",
      "--git-common-dir",
      "--git-path",
      "objects",
      "--is-bare-repository",
    ];
    const { text } = await this.#run(cwd, argv, [], { limitMs: READ_LIMIT_MS });
    const [gitDir, commonDir, objectsDir, isBare, ...rest] = text.split("\n");
    if (!gitDir || !commonDir || !objectsDir || !isBare || rest.length > 0) {
      throw new DomainError({
        kind: "git_failed",
        command: "git rev-parse",
        exitCode: 0,
        stderrTail: "The repository's path has a line break in it.",
      });
    }
    return { gitDir, commonDir, objectsDir, isBare: isBare === "true" };
  }

  async #run(
    cwd: string,
    argv: readonly string[],
    overrides: readonly GitSetting[],
    options: GitOptions & { limitMs: number },
  ): Promise<GitOutput> {
    const { limitMs, exitCodes = [0], maxOutputBytes = MAX_OUTPUT_BYTES } = options;
    const command = `git ${argv[0] ?? ""}`;
    const result = await this.#start(cwd, argv, overrides, options, limitMs, maxOutputBytes);
    if (result.timedOut) throw new DomainError({ kind: "git_timed_out", command, limitMs });
    if (result.truncated) throw new DomainError({ kind: "git_output_too_large", command, maxBytes: maxOutputBytes });
    const { exitCode, stdout } = result;
    if (exitCode !== null && exitCodes.includes(exitCode)) return { exitCode, stdout, text: stdout.toString("utf8").replace(/\n$/, "") };
    const stderr = result.stderr.toString("utf8");
    const lock = /Unable to create '([^']*\.lock)': File exists/.exec(stderr)?.[1];
    if (lock !== undefined) throw new DomainError({ kind: "git_locked", path: lock });
    throw new DomainError({ kind: "git_failed", command, exitCode, stderrTail: stderr.slice(-STDERR_TAIL).trim() });
  }

  async #start(
    cwd: string,
    argv: readonly string[],
    overrides: readonly GitSetting[],
    options: GitOptions,
    timeoutMs: number,
    maxOutputBytes: number,
  ): Promise<ProcessResult> {
    const env = toGitEnvironment(this.#env, [...(options.settings ?? []), ...overrides], options.variables, options.overlay);
    try {
      return await runProcess({
        file: "git",
        argv: DIFF_COMMANDS.has(argv[0]) ? [...argv.slice(0, 1), ...DIFF_FLAGS, ...argv.slice(1)] : argv,
        cwd,
        env,
        timeoutMs,
        maxOutputBytes,
        endWhenTruncated: true,
        stdin: options.stdin,
      });
    } catch (error) {
      // The system names the program when in truth the folder is gone.
      const isFolder = await stat(cwd).then(
        (found) => found.isDirectory(),
        () => false,
      );
      if (!isFolder) throw new DomainError({ kind: "path_not_found", path: cwd }, { cause: error });
      throw new DomainError({ kind: "git_unavailable", reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
  }
}
