import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { pause, systemTime, type Time } from "../time.ts";
import { GitBudget, type GitPriority } from "./git-budget.ts";
import { toGitEnvironment, toSettingVariables, type GitOverlay, type GitSetting, type GitVariables } from "./git-environment.ts";
import { toGitFault } from "./git-fault.ts";
import { GitLooks, type GitDirs } from "./git-looks.ts";
import { toGuardSettings } from "./guard-settings.ts";
import { listSubmoduleDirs } from "./list-submodule-dirs.ts";
import type { ProbeFinding } from "./git-probe.ts";
import { GitProgram, type GitHealth } from "./git-program.ts";
import { isOfRepository, isWanted, type FoundSetting } from "./git-settings.ts";
import { runProcess, type ProcessResult } from "../processes/process.ts";
import type { StartProgram } from "../processes/program.ts";

export type { GitDirs } from "./git-looks.ts";

export interface GitInput {
  /** The environment that git inherits: at least PATH and HOME. */
  env: Readonly<Record<string, string>>;
  time?: Time;
  /** Starts each git process; default: as a child of this process. */
  start?: StartProgram;
  /** How many git processes may run at once in one repository. */
  atOnce?: number;
  /** The time limit for `git --version`, in milliseconds; default 10,000. */
  checkLimitMs?: number;
  /** Called before each command that changes something. */
  failpoint?: (name: string) => void | Promise<void>;
  /** Called with the arguments of each git that is started. */
  onStart?: (argv: readonly string[]) => void;
}

export interface GitOptions {
  stdin?: string | Uint8Array;
  /** Exit codes that count as success. Default: only 0. */
  exitCodes?: readonly number[];
  /** Milliseconds; default 10,000 for a read, 60,000 for a write. */
  limitMs?: number;
  /** Default 16 MB. */
  maxOutputBytes?: number;
  /** Returns the beginning of an output over `maxOutputBytes` instead of failing; `isCut` says so. */
  mayCut?: boolean;
  settings?: readonly GitSetting[];
  variables?: GitVariables;
  /** Runs in a git directory owned by BooCode instead of the repository's. */
  overlay?: GitOverlay;
  /** Ends it; then it has failed. */
  signal?: AbortSignal | undefined;
}

export interface GitOutput {
  exitCode: number;
  stdout: Buffer;
  /** The output as text, without the trailing line break. */
  text: string;
  /** Warnings that git printed although the command succeeded. */
  stderr: Buffer;
  /** True if the output went on, which only happens with `mayCut`. */
  isCut: boolean;
}

/** The budget a git process counts against, and the settings that disable the repository's programs. */
interface Place {
  budget: string;
  overrides: readonly GitSetting[];
}

const READ_LIMIT_MS = 10_000;
const WRITE_LIMIT_MS = 60_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const LOCK_RETRIES = 5;
const LOCK_RETRY_MS = 20;
const CHECK_LIMIT_MS = 10_000;
/** A checkpoint runs three commands at once, and a click still needs a free slot. */
const FEWEST_AT_ONCE = 4;
/** Commands that may pass file contents to a program that the repository names, unless told not to. */
const DIFF_COMMANDS: ReadonlySet<string | undefined> = new Set(["diff", "diff-tree", "diff-files", "diff-index", "show", "log"]);
/** Scopes of settings that belong to the person. Settings that are neither these nor the repository's are BooCode's own. */
const PERSONS: ReadonlySet<string> = new Set(["system", "global"]);
const DIFF_FLAGS = ["--no-ext-diff", "--no-textconv", "--no-color"];
/**
 * Commands that would start git in each submodule under that submodule's settings, which nobody has inspected. The caller's arguments come
 * later and win.
 */
const SUBMODULE_COMMANDS: ReadonlySet<string | undefined> = new Set(["status", ...DIFF_COMMANDS]);
const SUBMODULE_FLAGS = ["--ignore-submodules=dirty"];

/**
 * Runs every git command of the daemon. No program that a repository names ever runs: no hooks, file system monitor, content filters, diff
 * or merge drivers, helpers or transports. No command contacts a remote.
 *
 * Each repository has a process budget, with interactive work first, and a single writer. Locks of other processes are waited for and then
 * reported, never removed.
 *
 * Faults: `git_unavailable` (missing, too old or not answering), `path_not_found` (the folder is gone), `git_failed`, `git_timed_out`,
 * `git_output_too_large`, `git_locked` (another git still holds a lock after five retries), `ref_moved` (the ref changed since the caller
 * read it), `ref_in_the_way`.
 */
export class Git {
  readonly #input: GitInput;
  readonly #priority: GitPriority;
  readonly #env: Readonly<Record<string, string>>;
  readonly #time: Time;
  readonly #failpoint: ((name: string) => void | Promise<void>) | null;
  readonly #onStart: ((argv: readonly string[]) => void) | null;
  readonly #program: GitProgram;
  readonly #processes: GitBudget;
  readonly #writers: GitBudget;
  readonly #looks: GitLooks;
  #prefix: string | null = null;

  /** `foreground`: set for background work; the git whose budgets and looks this one shares. */
  constructor(input: GitInput, foreground: Git | null = null) {
    this.#input = input;
    this.#priority = foreground ? "background" : "interactive";
    const { env, time = systemTime, checkLimitMs = CHECK_LIMIT_MS } = input;
    this.#env = env;
    this.#time = time;
    this.#failpoint = input.failpoint ?? null;
    this.#program = foreground ? foreground.#program : new GitProgram({ env, time, start: input.start, limitMs: checkLimitMs });
    this.#writers = foreground ? foreground.#writers : new GitBudget(1);
    this.#onStart = input.onStart ?? null;
    this.#looks = foreground
      ? foreground.#looks
      : new GitLooks({
          env,
          time,
          run: async (cwd, argv, exitCodes) => (await this.#run(cwd, argv, alone(cwd), { limitMs: READ_LIMIT_MS, exitCodes })).stdout,
        });
    this.#processes = foreground ? foreground.#processes : new GitBudget(input.atOnce ?? Math.max(FEWEST_AT_ONCE, availableParallelism()));
  }

  /** Checks whether git can be used and updates {@link health}. Never rejects. */
  async check(): Promise<GitHealth> {
    await this.#program.require().catch(() => {});
    return this.#program.health;
  }

  /** The last known health of git on this machine. */
  get health(): GitHealth {
    return this.#program.health;
  }

  /** The person's default global attributes file; a setting can name another. The file may not exist. */
  get attributesFile(): string {
    const { HOME = "/", XDG_CONFIG_HOME } = this.#env;
    return join(XDG_CONFIG_HOME || join(HOME, ".config"), "git", "attributes");
  }

  /** The same git for background work. Interactive work goes first and always finds a free slot. */
  inBackground(): Git {
    return new Git(this.#input, this);
  }

  /** Runs a command that changes nothing. */
  async read(cwd: string, argv: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
    const place = await this.#place(cwd, options);
    return this.#run(cwd, argv, place, { limitMs: READ_LIMIT_MS, ...options });
  }

  /** Runs a command that changes something, one at a time for each repository. */
  async write(cwd: string, argv: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
    // A git directory owned by BooCode has its own index and no refs, and git can add objects concurrently, so it needs no shared lock.
    const writer = options.overlay ? options.overlay.gitDir : (await this.#looks.find(cwd)).dirs.commonDir;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#writers.run(writer, this.#priority, async () => {
          const place = await this.#place(cwd, options);
          if (this.#failpoint) await this.#failpoint(`git.${argv[0] ?? ""}`);
          return this.#run(cwd, argv, place, { limitMs: WRITE_LIMIT_MS, ...options });
        });
      } catch (error) {
        const isLocked = error instanceof DomainError && error.fault.kind === "git_locked";
        if (!isLocked || attempt === LOCK_RETRIES) throw error;
        // Let other writers run during the pause: the lock may belong to one worktree only.
        await pause(this.#time, LOCK_RETRY_MS * 2 ** attempt);
      }
    }
  }

  /** Git's installation prefix: the folder that contains its `lib` or `libexec`. */
  async prefix(cwd: string): Promise<string> {
    this.#prefix ??= (await this.read(cwd, ["--exec-path"])).text.replace(/\/lib[^/]*\/git-core$/, "");
    return this.#prefix;
  }

  /** The git directories of the repository that contains `cwd`. */
  async dirs(cwd: string): Promise<GitDirs> {
    return (await this.#looks.find(cwd)).dirs;
  }

  /** Finds the programs that the repository names and the settings that disable them. */
  async probe(cwd: string): Promise<ProbeFinding> {
    return (await this.#looks.find(cwd)).finding;
  }

  /**
   * The person's and the repository's values of the settings that the daemon reads: `core.excludesFile`, `fileMode`, `symlinks`,
   * `ignoreCase`,
   * `autocrlf`, `eol`, `attributesFile`, `user.name`, `user.email`. Reads them again only if a file that defines them changed.
   */
  async settings(cwd: string): Promise<readonly FoundSetting[]> {
    const { settings } = await this.#looks.findWithSettings(cwd);
    return settings.filter((setting) => isWanted(setting) && (isOfRepository(setting) || PERSONS.has(setting.scope)));
  }

  /** The repository's settings that name programs, including those that BooCode never obeys. */
  async programSettings(cwd: string): Promise<readonly FoundSetting[]> {
    const { settings } = await this.#looks.find(cwd);
    return settings.filter((setting) => isOfRepository(setting) && !isWanted(setting));
  }

  /**
   * Environment variables for a git that another program starts in `cwd`, in an untrusted repository: they stop the programs that the
   * repository names. They are valid for its current settings, within the limits described at {@link toGuardSettings}.
   */
  async guardVariables(cwd: string): Promise<Record<string, string>> {
    const { settings, dirs } = await this.#looks.findWithSettings(cwd);
    // In a submodule, git obeys the submodule's settings and inherits these variables.
    const places = (await Promise.all([...new Set([dirs.gitDir, dirs.commonDir])].map(listSubmoduleDirs))).flat();
    const inside = await Promise.all(places.map((place) => this.#looks.find(place)));
    const found = [...settings, ...inside.flatMap((look) => look.settings.filter(isOfRepository))];
    return { ...toSettingVariables(toGuardSettings(found)), GIT_NO_LAZY_FETCH: "1", GIT_TERMINAL_PROMPT: "0" };
  }

  /** Creates an empty repository on branch `main`, without templates, which could contain hooks. */
  async init(path: string): Promise<void> {
    await this.#run(path, ["init", "--quiet", "--template=", "--initial-branch=main"], alone(path), { limitMs: WRITE_LIMIT_MS });
  }

  async #place(cwd: string, { overlay }: GitOptions): Promise<Place> {
    if (overlay) return { budget: dirname(overlay.objectsDir), overrides: [] };
    const { dirs, finding } = await this.#looks.find(cwd);
    return { budget: dirs.commonDir, overrides: finding.overrides };
  }

  async #run(cwd: string, argv: readonly string[], place: Place, options: GitOptions & { limitMs: number }): Promise<GitOutput> {
    const { limitMs, exitCodes = [0], maxOutputBytes = MAX_OUTPUT_BYTES, mayCut = false } = options;
    const command = `git ${argv[0] ?? ""}`;
    const result = await this.#processes.run(place.budget, this.#priority, () =>
      this.#start(cwd, argv, place.overrides, options, limitMs, maxOutputBytes),
    );
    if (result.timedOut) throw new DomainError({ kind: "git_timed_out", command, limitMs });
    const isCut = result.truncated && mayCut;
    if (result.truncated && !isCut) throw new DomainError({ kind: "git_output_too_large", command, maxBytes: maxOutputBytes });
    const { exitCode, stdout, stderr } = result;
    // A git that was ended because it had said enough has not failed.
    const isDone = exitCode !== null && exitCodes.includes(exitCode);
    if (isDone || isCut) return { exitCode: exitCode ?? 0, stdout, text: stdout.toString("utf8").replace(/\n$/, ""), stderr, isCut };
    throw new DomainError(await toGitFault(this.#time, { command, exitCode, stderr: stderr.toString("utf8") }));
  }

  async #start(
    cwd: string,
    argv: readonly string[],
    overrides: readonly GitSetting[],
    options: GitOptions,
    timeoutMs: number,
    maxOutputBytes: number,
  ): Promise<ProcessResult> {
    await this.#program.require();
    this.#onStart?.(argv);
    const env = toGitEnvironment(this.#env, [...(options.settings ?? []), ...overrides], options.variables, options.overlay);
    try {
      return await runProcess({
        file: "git",
        argv: toSafe(argv),
        cwd,
        env,
        timeoutMs,
        maxOutputBytes,
        endWhenTruncated: true,
        stdin: options.stdin,
        signal: options.signal,
        start: this.#input.start,
      });
    } catch (error) {
      // If the folder is gone, the system's error wrongly blames the program.
      const isFolder = (await stat(cwd).catch(() => null))?.isDirectory() ?? false;
      if (!isFolder) throw new DomainError({ kind: "path_not_found", path: cwd }, { cause: error });
      this.#program.forget();
      this.#prefix = null;
      throw new DomainError({ kind: "git_unavailable", reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
  }
}

/** Adds the options that stop a command from running programs that the repository names. */
function toSafe([command = "", ...rest]: readonly string[]): readonly string[] {
  if (!SUBMODULE_COMMANDS.has(command)) return [command, ...rest];
  return [command, ...(DIFF_COMMANDS.has(command) ? DIFF_FLAGS : []), ...SUBMODULE_FLAGS, ...rest];
}

/** The place of a folder whose repository is not known yet. */
const alone = (cwd: string): Place => ({ budget: cwd, overrides: [] });
